"""A story's text with its tags marked in place, each mark with its receipt for hover, focus and readers."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from stories.model import Mention, Story


def marked(story: Story, field: str) -> Markup:
    """Return `field` of `story` as HTML, every mention in a <mark> that shows its receipt on hover and focus.

    Mentions that overlap share one mark, which spans them all and lists each receipt.
    """
    text: str = getattr(story, field)
    pieces: list[Markup] = []
    position = 0
    for number, group in enumerate(_overlapping([one for one in story.mentions if one.field == field])):
        start, end = group[0].start, max(mention.end for mention in group)
        pieces.append(escape(text[position:start]))
        pieces.append(_mark(text[start:end], group, f"{field}-{number}"))
        position = end
    pieces.append(escape(text[position:]))
    return Markup("").join(pieces)


def receipt(mention: Mention) -> str:
    """Return a mention's receipt in one line: what, how it is put, from which name, by which rule."""
    status = "" if mention.status == "affirmed" or mention.kind != "topic" else f" ({mention.status})"
    alias = f" from “{mention.alias}”" if mention.alias else ""
    return f"{mention.kind} {mention.id}{status}{alias}, rule {mention.rule}"


def _overlapping(mentions: Sequence[Mention]) -> list[list[Mention]]:
    groups: list[list[Mention]] = []
    reach = -1
    for mention in sorted(mentions, key=lambda one: (one.start, -one.end)):
        if mention.start < reach:
            groups[-1].append(mention)
        else:
            groups.append([mention])
        reach = max(reach, mention.end)
    return groups


def _mark(text: str, group: Sequence[Mention], name: str) -> Markup:
    kinds = " ".join(sorted({mention.kind for mention in group}))
    negated = " negated" if any(mention.status == "negated" for mention in group) else ""
    receipts = Markup("").join(
        Markup("<span>{}</span>").format(line) for line in dict.fromkeys(receipt(one) for one in group)
    )
    # the receipt has a direction of its own, so that it does not decide how the text around it is read
    return Markup(
        '<mark class="{}{}" tabindex="0" aria-describedby="receipt-{}">{}'
        '<span class="receipt" role="tooltip" id="receipt-{}" dir="ltr">{}</span></mark>'
    ).format(kinds, negated, name, text, name, receipts)
