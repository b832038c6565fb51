import re
from pathlib import Path
from string import Formatter

from domain.notifications import texts
from domain.shared.messages import LANGUAGES, read_texts

FOLDER = Path(texts.__file__).parent
KNOWN = {"shop", "name", "link", "lifetime", "new_email"}


def test_every_text_exists_in_every_language_with_the_same_places() -> None:
    english = read_texts(FOLDER, "en")

    for language in LANGUAGES:
        other = read_texts(FOLDER, language)
        assert other.keys() == english.keys()
        assert {code: _places(text) for code, text in other.items()} == {
            code: _places(text) for code, text in english.items()
        }


def test_no_text_asks_for_what_no_letter_has() -> None:
    assert set().union(*(_places(text) for text in read_texts(FOLDER, "en").values())) == KNOWN


def test_every_letter_has_its_texts_and_every_text_its_letter() -> None:
    code = "\n".join(path.read_text() for path in FOLDER.parent.glob("*_mails.py"))
    written = {code.partition(".")[0] for code in read_texts(FOLDER, "en") if "." in code}

    assert set(re.findall(r'Letter\(\s*"(\w+)"', code)) <= written
    assert written <= set(re.findall(r'"(\w+)"', code))


def test_subjects_are_one_line() -> None:
    for language in LANGUAGES:
        subjects = [text for code, text in read_texts(FOLDER, language).items() if code.endswith(".subject")]
        assert subjects
        assert not any("\n" in one for one in subjects)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
