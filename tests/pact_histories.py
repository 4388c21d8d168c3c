"""Public facts of well-known pacts, with where they can be looked up, as far as the archive's items report them.

Ten more pacts than asked for (from CETA on) were chosen before looking at any output; the facts of all were then
listed from the archive's items, with the output at hand.
`unread` are facts that an item of the archive does report and that are not read from it yet.
"""

from typing import NamedTuple


class Fact(NamedTuple):
    """An act in the life of a pact: `by` are the codes of who took it, empty where an item names none."""

    step: str
    by: str
    date: str
    status: str = "done"


class History(NamedTuple):
    """A pact by its name or parties, and what is publicly known of it."""

    name: str
    parties: str
    source: str
    facts: tuple[Fact, ...]
    unread: tuple[Fact, ...] = ()


WIKI = "https://en.wikipedia.org/wiki/"
HISTORIES = (
    History(
        "New START", "RUS USA", WIKI + "New_START",
        (
            Fact("negotiated", "RUS USA", "2010-03-26"),
            Fact("signed", "RUS USA", "2010-04-08"),
            Fact("ratified", "USA", "2010-12-22"),
            Fact("suspended", "RUS", "2023-02-21"),
        ),
        unread=(Fact("approved", "RUS", "2010-12-24"),),  # its extension in 2021 is no step we know
    ),
    History(
        "", "GRC MKD", WIKI + "Prespa_Agreement",
        (Fact("negotiated", "GRC MKD", "2018-06-12"),),
        unread=(Fact("ratified", "GRC", "2019-01-25"),),  # told as a vote on the name of the country
    ),
    History(
        "", "FIN NATO", WIKI + "Finland–NATO_relations",
        (
            Fact("approved", "FIN", "2023-03-01"),
            Fact("approved", "HUN", "2023-03-27"),
            Fact("acceded", "FIN", "2023-04-04"),
        ),
        unread=(Fact("ratified", "TUR", "", "planned"),),
    ),
    History(
        "", "NATO SWE", WIKI + "Sweden–NATO_relations",
        (
            Fact("approved", "TUR", "2024-01-23"),
            Fact("approved", "HUN", "2024-02-26"),
            Fact("acceded", "SWE", "2024-03-07"),
        ),
    ),
    History(
        "", "EU UKR", WIKI + "European_Union–Ukraine_Association_Agreement",
        (
            Fact("signed", "EU UKR", "2014-03-21"),
            Fact("ratified", "UKR", "2014-09-16"),
            Fact("rejected", "NLD", "2016-04-06"),
            Fact("approved", "NLD", "2017-05-30"),
        ),
        unread=(Fact("signed", "EU UKR", "2014-06-27"),),  # read, but as one pact of the EU with three states
    ),
    History(
        "Paris Agreement", "", WIKI + "Paris_Agreement",
        (
            Fact("in-force", "", "2016-11", "planned"),
            Fact("signed", "SYR", "2017-11-07"),
            Fact("withdrawn", "USA", "", "planned"),
            Fact("withdrawn", "USA", "2019-11-04"),  # notified; it took a year
            Fact("withdrawn", "USA", "2020-11-04"),
            Fact("acceded", "USA", "2021-02-19"),
            Fact("ratified", "TUR", "2021-10-06"),
        ),
    ),
    History(
        "CPTPP", "", WIKI + "Comprehensive_and_Progressive_Agreement_for_Trans-Pacific_Partnership",
        (Fact("acceded", "GBR", "", "planned"), Fact("acceded", "GBR", "2024-12-15")),
        unread=(Fact("signed", "", "2018-03-08"), Fact("signed", "GBR", "2023-07-16")),
    ),
    History(
        "INF Treaty", "RUS USA", WIKI + "Intermediate-Range_Nuclear_Forces_Treaty",
        (
            Fact("withdrawn", "USA", "", "planned"),
            Fact("suspended", "USA", "2019-02-01"),
            Fact("suspended", "RUS", "2019-02-02"),
            Fact("withdrawn", "USA", "2019-08-02"),
        ),
    ),
    History(
        "Joint Comprehensive Plan of Action", "IRN USA", WIKI + "Joint_Comprehensive_Plan_of_Action",
        (
            Fact("approved", "UN", "2015-07-20"),
            Fact("approved", "IRN", "2015-10-21"),
            Fact("withdrawn", "USA", "", "planned"),
            Fact("withdrawn", "USA", "2018-05-09"),
        ),
    ),
    History(
        "", "COL UNASUR", WIKI + "Union_of_South_American_Nations",
        (Fact("suspended", "COL", "2018-04"), Fact("withdrawn", "COL", "2018-08-10")),
    ),
    History(
        "", "CAN EU", WIKI + "Comprehensive_Economic_and_Trade_Agreement",
        (Fact("negotiated", "CAN EU", "2010-05-05"), Fact("approved", "", ""), Fact("signed", "CAN EU", "2016-10-30")),
    ),
    History(
        "USMCA", "CAN MEX USA", WIKI + "United_States–Mexico–Canada_Agreement",
        (Fact("signed", "CAN MEX USA", "2018-11-30"), Fact("approved", "USA", "2020-01-16"), Fact("ratified", "USA", "2020-01-29")),
        unread=(Fact("approved", "CAN", "2020-03-13"),),  # the item calls it USMCTA
    ),
    History("AUKUS", "", WIKI + "AUKUS", (), unread=(Fact("proposed", "AUS GBR USA", "2021-09-15"),)),
    History(
        "", "MNE NATO", WIKI + "Accession_of_Montenegro_to_NATO",
        (
            Fact("signed", "MNE NATO", "2016-05-19"),
            Fact("ratified", "MNE", "2017-04-28"),
            Fact("acceded", "MNE", "2017-06-05"),
        ),
    ),
    History(
        "", "MKD NATO", WIKI + "North_Macedonia–NATO_relations",
        (
            Fact("signed", "MKD NATO", "2019-02-06"),
            Fact("ratified", "GRC", "2019-02-08"),
            Fact("ratified", "ESP", "2020-03-17"),
            Fact("acceded", "MKD", "2020-03-27"),
        ),
    ),
    History(
        "Brexit withdrawal agreement", "EU GBR", WIKI + "Brexit_withdrawal_agreement",
        (
            Fact("approved", "EU", "2018-11-25"),
            Fact("rejected", "", "2019-01-15"),
            Fact("rejected", "GBR", "2019-03-12"),
            Fact("rejected", "GBR", "2019-03-29"),
            Fact("negotiated", "EU GBR", "2019-10-17"),
            Fact("approved", "GBR", "2019-12-20"),
            Fact("approved", "EU", "2020-01-29"),
        ),
    ),
    History(
        "", "COL FARC", WIKI + "2016_Colombian_peace_agreement",
        (
            Fact("negotiated", "COL FARC", "2016-08-24"),
            Fact("signed", "COL FARC", "2016-09-26"),
            Fact("rejected", "COL", "2016-10-02"),
        ),
    ),
    History(
        "Treaty on Open Skies", "", WIKI + "Treaty_on_Open_Skies",
        (
            Fact("withdrawn", "USA", "", "planned"),
            Fact("withdrawn", "USA", "2020-11-22"),
            Fact("withdrawn", "RUS", "", "planned"),
            Fact("withdrawn", "RUS", "2021-06-07"),
        ),
    ),
    History("RCEP", "", WIKI + "Regional_Comprehensive_Economic_Partnership", (),
            unread=(Fact("signed", "", "2020-11-15"),)),  # the item does not name it
    History(
        "", "EU HRV", WIKI + "Accession_of_Croatia_to_the_European_Union",
        (Fact("signed", "EU HRV", "2011-12-09"), Fact("acceded", "HRV", "2013-07-01")),
    ),
)  # fmt: skip
# Done steps that the replay gives these pacts and that are not so.
WRONG = {
    ("New START", "suspended", "RUS", "2022-08-08"): "its inspections, not the treaty",
    ("Joint Comprehensive Plan of Action", "withdrawn", "IRN", "2019-05-08"): "in part only",
    (
        "Joint Comprehensive Plan of Action",
        "negotiated",
        "IRN",
        "2020-11",
    ): "a return promised on a condition",
    (
        "Joint Comprehensive Plan of Action",
        "withdrawn",
        "IRN",
        "2020-01-05",
    ): "a vote that was not carried out",
    (
        "Brexit withdrawal agreement",
        "proposed",
        "",
        "2018-10-20",
    ): "a referendum was called for, not the deal",
    ("Brexit withdrawal agreement", "approved", "GBR", "2019-10-22"): "a reading of the bill, not the vote",
    ("Brexit withdrawal agreement", "approved", "GBR", "2020-01-09"): "the bill, which carries it out",
}
