"""Who gets in, and how often a wrong code may be tried."""

from __future__ import annotations

from kamassess.workshop.access import Guesses, draw_code, draw_key, key_digest, matches, person_of, plain_code, shown_code


def test_codes_are_read_as_people_type_them() -> None:
    # If this fails, half of the room cannot come in.
    code = draw_code()
    assert plain_code(shown_code(code)) == code
    assert plain_code(f" {code[:4]}-{code[4:]}\n") == code
    assert plain_code("4829 1376 and more 9999") != "48291376"
    assert plain_code("") == plain_code("abc²") == ""
    assert len({draw_code() for _ in range(200)}) == 200


def test_a_secret_opens_and_its_digest_does_not() -> None:
    # If this fails, who reads the store leads the workshop.
    key = draw_key()
    assert matches(key, [key_digest("x"), key_digest(key)])
    assert not matches(key_digest(key), [key_digest(key)])
    assert not matches("", [key_digest(key)])
    assert not matches("\udcff", [])
    assert person_of(key) == person_of(key) != key_digest(key)[:20]


def test_guessing_is_slowed_down_and_coming_in_is_not() -> None:
    # If this fails, a script finds the code within the hour, or the tenth phone behind one router waits.
    guesses = Guesses(each=3, all_=5, seconds=60)
    for moment in (0.0, 1.0, 2.0):
        assert guesses.wait("a", moment) == 0
        guesses.note("a", moment)
    assert guesses.wait("a", 3.0) == 57
    assert guesses.wait("b", 3.0) == 0
    guesses.note("b", 4.0)
    guesses.note("b", 5.0)
    assert guesses.wait("c", 6.0) == 54
    assert guesses.wait("a", 61.0) == 0
    assert guesses.wait("c", 61.0) == 0
