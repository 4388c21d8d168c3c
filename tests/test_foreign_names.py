"""Stories in the other languages of the news have their states, inflected, shortened and in short headlines, too."""

from datetime import UTC, datetime

import pytest

from pactwatch.settings import load
from streams.tag.foreignnames import ForeignNames
from streams.tag.inflection import fold, in_any_case
from streams.tag.language import WRITERS, language_of
from streams.tag.operator import build
from streams.tag.rules import ActorRule
from tests.stories_made import story

SETTINGS = load(None, {})
TAGGER = build(SETTINGS.actors, SETTINGS.topics)

COUNTRIES = {
    "Президент России встретился в Москве с премьер-министром Ирана и министром Турции.": [
        "IRN",
        "RUS",
        "TUR",
    ],
    "Le ministre de la Russie a rencontré à Paris son homologue de la Turquie, hier.": ["FRA", "RUS", "TUR"],
    "中国政府与俄罗斯和伊朗政府在日内瓦举行会谈，讨论新的协议和地区安全问题。": ["CHN", "IRN", "RUS"],
    "وقعت إيران وروسيا اتفاقية جديدة للتعاون العسكري في العاصمة يوم الأربعاء.": ["IRN", "RUS"],
    "Міністр оборони України прибув на переговори до Польщі та Німеччини.": ["DEU", "POL", "UKR"],
}


@pytest.mark.parametrize("text", COUNTRIES)
def test_countries_in_other_languages(text):
    tagged = TAGGER.tag(story(body=text))

    assert set(COUNTRIES[text]) <= set(tagged.countries)
    assert all(text[mention.start : mention.end] == mention.text for mention in tagged.mentions)


# what a short headline of an undeclared feed names: adjectives, acronyms, capitals, inhabitants
HEADLINES = {
    "США ввели санкции": {"USA"},
    "Российский и иранский министры встретились в Минске": {"BLR", "IRN", "RUS"},
    "Северной Корее грозят санкции ООН": {"PRK", "UN"},
    "В Индиане открыли индивидуальный счёт": set(),
    "Того же хотят и в парламенте": set(),
    "ЗСУ відбили російську атаку": {"RUS", "UKR"},
    "الرئيس الروسي يلتقي نظيره الإيراني": {"IRN", "RUS"},
    "وللصين موقف من القرار الأميركي": {"CHN", "USA"},
    "التركيز على الدعم المالي": set(),
    "وزیر خارجه روسیه با مقام‌های آمریکایی دیدار کرد": {"RUS", "USA"},
    "امریکی صدر نے بھارت کا دورہ کیا": {"IND", "USA"},
    "وزیر نے شام کو بیان دیا": set(),
    "俄外长访美": {"RUS", "USA"},
    "中美举行会谈": {"CHN", "USA"},
    "會談中美國代表批評俄羅斯": {"RUS", "USA"},
    "美好生活从印度洋开始": set(),
    "Le ministre russe reçoit son homologue iranien à Pékin": {"CHN", "IRN", "RUS"},
    "L'index de la Réunion sud-américaine selon Maurice et Dominique": set(),
    "El ministro ruso viajó a EEUU por la guerra ucraniana": {"RUS", "UKR", "USA"},
    "La Reunión de hoy en la ciudad de Granada fue muy larga": set(),
    "Russlands Armee und die ukrainische Regierung verhandeln": {"RUS", "UKR"},
    "İsrailli bakan ile Suriyeli heyet Kahire'de buluştu": {"EGY", "ISR", "SYR"},
    "Ministro russo reuniu-se com o seu homólogo americano": {"RUS", "USA"},
}


@pytest.mark.parametrize("text", HEADLINES)
def test_short_headlines(text):
    tagged = TAGGER.tag(story(title=text))

    assert set(tagged.actors) == HEADLINES[text]
    assert all(text[mention.start : mention.end] == mention.text for mention in tagged.mentions)


def test_a_person_counts_by_the_terms_of_the_office():
    before, after = (
        story(title="Байден прибыл в Киев", when=datetime(year, 6, 1, tzinfo=UTC)) for year in (2022, 2025)
    )

    assert TAGGER.tag(before).actors == ["UKR", "USA"]
    assert TAGGER.tag(after).actors == ["UKR"]


LANGUAGES = {
    ("США ввели санкции", ""): "ru",
    ("Київ: є новини", ""): "uk",
    ("俄外长访美", ""): "zh",
    ("ロシアの外相", ""): "ja",
    ("북한 미사일", ""): "ko",
    ("قمة في موسكو", "ar"): "ar",
    ("США ввели санкции", "en"): "ru",
    ("Санкции", "bg"): "bg",
    ("Peru votes", "en"): "en",
    ("Peru votes", ""): "",
}


@pytest.mark.parametrize(("text", "declared"), LANGUAGES)
def test_the_script_settles_what_is_too_short_to_detect(text, declared):
    assert language_of(story(title=text, language=declared)) == LANGUAGES[text, declared]


def test_markup_after_a_headline_does_not_change_its_language():
    headline = "El presidente viaja mañana a la capital para firmar el acuerdo con los ministros de la región"
    markup = '<a href="https://example.org/photo.html"><img alt="" src="http://example.org/image.png?width=600"/></a>'

    assert language_of(story(title=headline, summary=markup * 4, language="en")) == "es"


def test_every_script_is_written_by_a_language_of_the_press():
    assert all(language.isalpha() for languages in WRITERS.values() for language in languages)


def test_an_analysts_own_name_stands_before_the_cldr():
    names = ForeignNames("fr", [
        ActorRule(id="mus", kind="state", code="MUS", languages={"fr": ["île Maurice"]}),
        ActorRule(id="no", kind="other", languages={"fr": ["Maurice"]}),
    ])  # fmt: skip

    found = names.find("title", "Maurice quitte l'île Maurice")

    assert [(name.start, name.actor.code) for name in found] == [(0, ""), (17, "MUS")]


@pytest.mark.parametrize(
    ("name", "language", "written"),
    [
        ("Россия", "ru", "Росси&"),
        ("Иран", "ru", "Иран~"),
        ("Северная Македония", "ru", "Северн~ Македони&"),
        ("Russland", "de", "Russland~"),
        ("Inde", "fr", "Inde"),
        ("عُمان", "ar", "عمان"),
    ],
)
def test_only_languages_that_inflect_names_get_endings(name, language, written):
    assert in_any_case(name, language) == written


@pytest.mark.parametrize("language", ["ru", "ar", "fa", "zh", "fr"])
def test_folding_keeps_every_letter_in_its_place(language):
    text = "Ёлка’s أإآة ک ی \u200c 國烏 İstanbul"

    assert len(fold(text, language)) == len(text)
