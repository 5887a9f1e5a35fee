"""Whether a stretch of text is a list of bodies."""


def looks_like_bodies(text: str) -> bool:
    return False
