"""Rebuilds streams/cluster/background.py: how common terms are in English news, counted over tagged stories.

    pactwatch tag archive.jsonl | python scripts/build_background.py

Names of an age (a virus, a president) are left out: they are common in some years only.
"""

import sys
import textwrap
from collections import Counter
from pathlib import Path

from stories import wire
from stories.model import Story
from streams.cluster import terms

TARGET = Path(__file__).parents[1] / "streams" / "cluster" / "background.py"
MOST, FEWEST_PER_MILLE = 1200, 2
OF_AN_AGE = frozenset(
    ["covid", "coronavirus", "pandem", "trump", "obama", "biden", "putin", "isil", "brexit"]
)
HEAD = '''"""How common terms are in English news, in thousandths of stories: what an empty index does not know yet.

Written by scripts/build_background.py from fifteen years of dated one-paragraph reports.
"""

_PER_MILLE = """
{terms}
"""
_pieces = _PER_MILLE.split()
COMMON = {{term: int(number) / 1000 for term, number in zip(_pieces[::2], _pieces[1::2], strict=True)}}
'''


def main() -> None:
    """Count the terms of the stories on standard input and write the module."""
    stories, counts = 0, Counter[str]()
    for line in sys.stdin.buffer:
        story = wire.decode(line, Story)
        counts.update(terms.weigh(story, terms.read(story), "en").keys())
        stories += 1
    shares = {term: round(1000 * count / stories) for term, count in counts.most_common(MOST)}
    kept = [
        f"{term} {share}"
        for term, share in shares.items()
        if share >= FEWEST_PER_MILLE and term not in OF_AN_AGE and not any(map(str.isdigit, term))
    ]
    lines = textwrap.wrap(" ".join(kept), 110, break_long_words=False, break_on_hyphens=False)
    TARGET.write_text(HEAD.format(terms="\n".join(lines)), encoding="utf-8")
    print(f"{len(kept)} terms of {stories} stories")


if __name__ == "__main__":
    main()
