"""feeds.yaml grows by entries and keeps every other letter: comments, order, line ends, mode."""

import re
import stat
from pathlib import Path

import pytest

from pactwatch import feeds_file
from pactwatch.settings import load
from producers.source import FeedSource
from stories.errors import ConfigError

NEW = FeedSource(
    url="https://new.example/f", name="New: “the” one # 1", tags=["world", "no"], language="no", every="10m"
)
SHORT = FeedSource(url="https://short.example/f")

FILES = {
    "plain": "feeds:\n  - url: https://a.test/f\n",
    "comments": "# mine\nfeeds:  # all\n  # the first\n  - url: https://a.test/f  # here\n    name: A\n  # the end\n\n# bye\n",
    "no indent": "feeds:\n- url: https://a.test/f\n  tags: [a,\n    b]\n",
    "tags below": "feeds:\n    - url: https://a.test/f\n      tags:\n        - a\n        - b\n",
    "no newline at the end": "feeds:\n  - url: https://a.test/f",
    "windows": "feeds:\r\n  - url: https://a.test/f\r\n  # end\r\n",
    "empty": "feeds: []  # none yet\n# bye\n",
    "one line": "feeds: [{url: https://a.test/f}]  # few\n",
    "one line, comma": "feeds: [{url: https://a.test/f},\n  ]\n",
    "flow items": "feeds:\n  - {url: https://a.test/f, name: A}\n",
    "name in a block": "feeds:\n  - url: https://a.test/f\n    name: >\n      A and\n      more\n\n# bye\n",
    "byte order mark": "\ufefffeeds:\n  - url: https://a.test/f\n",
    "document marks": "---\nfeeds:\n  - url: https://a.test/f\n...\n",
}


@pytest.mark.parametrize("case", FILES)
def test_entries_are_appended_and_nothing_else_changes(case: str, tmp_path: Path) -> None:
    text = FILES[case]
    (tmp_path / "feeds.yaml").write_bytes(text.encode())
    before = load(tmp_path, {}).feeds

    written = feeds_file.add(tmp_path, [NEW, SHORT])
    after = (tmp_path / "feeds.yaml").read_bytes().decode()

    assert written.added == [NEW, SHORT]
    assert load(tmp_path, {}).feeds == [*before, NEW, SHORT]
    lines = iter(after.splitlines())
    if "[{" not in text and "[]" not in text:
        assert all(line in lines for line in text.splitlines()), "in the same order"
    assert [comment for comment in re.findall(r"# .*", text) if comment not in after] == []
    assert ("\r\n" in after) == ("\r\n" in text)
    if "\r\n" in text:
        assert "\n" not in after.replace("\r\n", "")


def test_what_is_there_is_not_added_again(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(FILES["comments"], encoding="utf-8")
    twins = [FeedSource(url=url) for url in ("http://www.A.test/f/", "https://a.test/f", "https://b.test/f")]

    written = feeds_file.add(tmp_path, [*twins, twins[2]])

    assert written.added == twins[2:]
    assert written.known == [*twins[:2], twins[2]]
    assert feeds_file.add(tmp_path, twins).added == []


def test_a_folder_without_the_file_begins_with_the_built_in_list(tmp_path: Path) -> None:
    written = feeds_file.add(tmp_path, [SHORT])

    assert written.made
    assert load(tmp_path, {}).feeds == [*load(None, {}).feeds, SHORT]


def test_mode_and_link_stay(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.yaml"
    real.write_text(FILES["plain"], encoding="utf-8")
    real.chmod(0o600)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "feeds.yaml").symlink_to(real)

    feeds_file.add(folder, [SHORT])

    assert (folder / "feeds.yaml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert SHORT.url in real.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere.yaml", "mine"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("feeds:\n", "feeds.yaml:1"), ("feds: []\n", "did you mean feeds"), ("feeds: [\n", "this is no YAML"), ("", "feeds.yaml")],
)  # fmt: skip
def test_a_faulty_file_is_named_and_left_alone(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=words):
        feeds_file.add(tmp_path, [SHORT])
    assert (tmp_path / "feeds.yaml").read_text(encoding="utf-8") == text


def test_a_form_that_cannot_be_extended_is_left_alone(tmp_path: Path) -> None:
    text = "feeds: [{url: https://a.test/f}, # a comment\n]\n"
    (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"add this yourself\n  - url: https://short"):
        feeds_file.add(tmp_path, [SHORT])
    assert (tmp_path / "feeds.yaml").read_text(encoding="utf-8") == text


def test_without_a_folder_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"mkdir -p .*pactwatch\n  pactwatch --config .*pactwatch feeds add URL"
    ):
        feeds_file.own_folder(None)
    with pytest.raises(ConfigError, match="mkdir -p"):
        feeds_file.own_folder(tmp_path / "nowhere")
