"""What the press of many languages writes over related articles, and over lists that are something else."""

import re
import unicodedata

# Over related articles. Compared without case, accents and a colon at the end.
RELATED = {
    "en": (
        "related; related article; related articles; related story; related stories; "
        "related news; related posts; related content; related coverage; related reading; "
        "related items; more on this story; more on this topic; more on this; more about "
        "this; read more; read also; read next; see more; see also; also read; watch "
        "also; further reading; more stories; more coverage; more from this section; more "
        "from this story; in this story; you may also like; you might also like; keep "
        "reading"
    ),
    "de": (
        "ähnliche artikel; ähnliche beiträge; verwandte artikel; verwandte themen; mehr "
        "zum thema; zum thema; lesen sie auch; auch interessant; weitere artikel zum "
        "thema; mehr dazu; lesetipps"
    ),
    "fr": (
        "à lire aussi; à lire également; lire aussi; à lire; sur le même sujet; sur le "
        "même thème; articles liés; articles connexes; articles associés; pour aller plus "
        "loin"
    ),
    "it": (
        "leggi anche; articoli correlati; notizie correlate; contenuti correlati; correlati; per approfondire"
    ),
    "es": (
        "noticias relacionadas; artículos relacionados; contenido relacionado; "
        "relacionadas; relacionados; más información; te puede interesar; lea también; "
        "lee también; leer más; temas relacionados"
    ),
    "pt": (
        "leia também; leia mais; notícias relacionadas; artigos relacionados; matérias "
        "relacionadas; veja também; saiba mais"
    ),
    "ru": ("читайте также; по теме; материалы по теме; связанные новости; связанные материалы; ещё по теме"),
    "uk": "читайте також; за темою; по темі; матеріали за темою; дивіться також",
    "tr": "ilgili haberler; ilgili haber; bunlar da ilginizi çekebilir",
    "nl": "lees ook; gerelateerd; gerelateerde artikelen; meer over dit onderwerp",
    "pl": ("czytaj też; czytaj także; czytaj również; zobacz też; zobacz także; zobacz również; powiązane"),
    "sv": "läs också; läs mer; läs även",
    "no": "les også; les mer",
    "da": "læs også; læs mere",
    "fi": "lue myös; lue lisää",
    "cs": "čtěte také; související články; přečtěte si také; související",
    "hu": "olvassa el ezt is; kapcsolódó cikkek",
    "ro": "citește și; articole similare; citește mai departe",
    "el": "διαβάστε επίσης; σχετικά άρθρα; δείτε επίσης",
    "ar": "اقرأ أيضا; مواضيع ذات صلة; أخبار ذات صلة; مقالات ذات صلة; أخبار متعلقة; قد يعجبك أيضا",
    "fa": "اخبار مرتبط; مطالب مرتبط; بیشتر بخوانید",
    "he": "כתבות נוספות; קראו גם; עוד בנושא",
    "hi": "यह भी पढ़ें; संबंधित खबरें",
    "ja": "関連記事; 関連ニュース; 関連リンク; あわせて読みたい",
    "zh": "相关新闻; 相关报道; 相关阅读; 相关文章; 相關新聞; 相關報導; 相關文章; 延伸阅读; 延伸閱讀",
    "ko": "관련기사; 관련 기사; 관련 뉴스",
    "id": "baca juga; berita terkait; artikel terkait",
    "vi": "tin liên quan; xem thêm; đọc thêm",
}

# Beginnings of lines that end such a list, or head another one.
OTHER = (
    "post a comment; post comment; leave a comment; leave a reply; leave comment; add a "
    "comment; comments; write a comment; comment on; most read; most popular; most "
    "viewed; most shared; trending; popular; latest news; latest stories; top stories; "
    "sign up; subscribe; newsletter; get our; download our; advertisement; sponsored; "
    "copyright; ©; share this; follow us; topics:; tags:; kommentare; kommentieren; "
    "meistgelesen; les plus lus; commentaires; más leíd; más vist; lo más; comentarios; "
    "mais lidas; più letti; i più letti; самое читаемое; популярное; комментарии; "
    "коментарі; yorumlar; en çok okunan; reacties; meest gelezen; komentarze; najczęściej "
    "czytane; 댓글; 评论; コメント; التعليقات; الأكثر قراءة"
)


def level(text: str) -> str:
    """Return `text` without case, accents, outer punctuation and doubled spaces."""
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " ".join(bare.casefold().split()).strip(" :：.…»›>→-–|")


# Labels before a single link, only with a colon: alone they are buttons.
INLINE = "lire; voir; read; see; leggi; lees; vea; lea; ver; siehe"
_COMMENT_COUNT = re.compile(
    r"(?:comments?|kommentare|commentaires|comentarios|commenti|reacties)\s*:", re.IGNORECASE
)

_RELATED = frozenset(level(phrase) for phrases in RELATED.values() for phrase in phrases.split(";"))
_OTHER = tuple(dict.fromkeys(level(phrase) or phrase.strip() for phrase in OTHER.split(";")))
_INLINE = frozenset(INLINE.split("; "))
LONGEST = max(map(len, _RELATED)) + 10


def heads_related(text: str) -> bool:
    """Return whether `text` is a heading over related articles, and nothing else."""
    return len(text) <= LONGEST and level(text) in _RELATED


def heads_inline(text: str) -> bool:
    """Return whether `text` is a label before one related article."""
    if len(text) > LONGEST:
        return False
    said = level(text)
    return said in _RELATED or said.startswith("also on ") or (":" in text and said in _INLINE)


def counts_comments(text: str) -> bool:
    """Return whether `text` counts the comments on a listed article, and heads none."""
    return _COMMENT_COUNT.match(text) is not None


def heads_other(text: str) -> bool:
    """Return whether `text` begins what is no related article: comments, most read, advertisements."""
    return level(text[:60]).startswith(_OTHER)
