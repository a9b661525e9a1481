from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.dates import parse_date

FETCHED = datetime(2026, 3, 6, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T07:40:00+01:00", "2026-03-01T07:40:00+01:00"),
        ("2026-03-01T07:40:00+0100", "2026-03-01T07:40:00+01:00"),
        ("2026-03-01T07:40:00Z", "2026-03-01T07:40:00Z"),
        ("2026-03-01T07:40:00.123Z", "2026-03-01T07:40:00Z"),
        ("2026-03-01T07:40", "2026-03-01T07:40:00"),
        ("2026-03-01 07:40:12 UTC", "2026-03-01T07:40:12+00:00"),
        ("20260301T074012+0100", "2026-03-01T07:40:12+01:00"),
        ("2026-02-30", None),
        ("2026-13-01T10:00:00Z", None),
        ("2026-03-01T25:00:00Z", "2026-03-01"),
        ("0001-01-01T00:00:00Z", None),
    ],
)
def test_iso(text, iso):
    assert parse_date(text) == iso


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("March 2, 2026", "en", "2026-03-02"),
        ("5 de março de 2026", "pt", "2026-03-05"),
        ("5 марта 2026 г.", "ru", "2026-03-05"),
        ("Обновлено 06.03.2026, опубликовано 05.03.2026", "ru", "2026-03-05"),
        ("2026年3月5日", "zh", "2026-03-05"),
        ("更新时间：2026-03-06 09:00 发布时间：2026-03-05 14:30", "zh", "2026-03-05T14:30:00"),
        ("2026年3月5日14時30分", "ja", "2026-03-05T14:30:00"),
        ("１２ मार्च ２०२६", "hi", "2026-03-12"),
        ("12 मार्च 2026", "hi", "2026-03-12"),
        ("5 मई 2026", "hi", "2026-05-05"),
        ("١٢ مارس ٢٠٢٦", "ar", "2026-03-12"),
        ("الخميس 5 آذار/مارس 2026", "ar", "2026-03-05"),
        ("5 آب 2026", "ar", "2026-08-05"),
        ("Mon, 03/02/2026 - 11:20", "en", "2026-03-02T11:20:00"),
        ("Tuesday 03/02/2026", "en", "2026-02-03"),
        ("Sunday 03/02/2026", "en", "2026-02-03"),
        ("Mon 31/12/2025", "en", "2025-12-31"),
        ("Mo, 03.02.2026", "de", "2026-02-03"),
        ("2026 年 3 月 5 日", "zh", "2026-03-05"),
        ("2026 03/05 17:25:31", "zh", "2026-03-05T17:25:31"),
        ("2026/03/05 下午 02:30", "zh", "2026-03-05T14:30:00"),
        ("2026年3月5日 午前9:15", "ja", "2026-03-05T09:15:00"),
        ("2026. 3. 5. 오후 2:30", "ko", "2026-03-05T14:30:00"),
        ("2026. március 5., 14:30", "hu", "2026-03-05T14:30:00"),
        ("2026 m. kovo 5 d.", "lt", "2026-03-05"),
        ("05/mar/2026 18h30", "pt", "2026-03-05T18:30:00"),
        ("5 марта 2026, 14:12", None, "2026-03-05T14:12:00"),
        ("5 марта 2026", "en", "2026-03-05"),
        ("5 Μαρτίου 2026", None, "2026-03-05"),
        ("5 במרץ 2026", None, "2026-03-05"),
        ("Mar 02, 2026", "en", "2026-03-02"),
        ("2 March 2026", "en", "2026-03-02"),
        ("2nd of March 2026", "en", "2026-03-02"),
        ("Sept. 12, 2021", "en", "2021-09-12"),
        ("19 NOV 2019", "en", "2019-11-19"),
        ("Monday, March 2, 2026 at 9:15 AM EDT", "en", "2026-03-02T09:15:00-04:00"),
        ("Monday, March 2, 2026, 5 p.m.", "en", "2026-03-02T17:00:00"),
        ("March 2, 2026, 12:05 am", "en", "2026-03-02T00:05:00"),
        ("Published 12:00 am Wednesday, March 4, 2026", "en", "2026-03-04T00:00:00"),
        ("Friday 6 March 2026 08:49 GMT", "en", "2026-03-06T08:49:00+00:00"),
        ("8 March 2026 1822 GMT", "en", "2026-03-08T18:22:00+00:00"),
        ("Wed, 04 Mar 2026 10:00:00 +0100", None, "2026-03-04T10:00:00+01:00"),
        ("Wed Mar 04 2026 10:00:00 GMT+0100 (CET)", None, "2026-03-04T10:00:00+01:00"),
        ("2 March 2026 10:20 - 12 comments", "en", "2026-03-02T10:20:00"),
        ("By Ana Ruiz, Castrel, March 1, 2026", "en", "2026-03-01"),
        ("5. März 2026 um 12:00 Uhr", "de", "2026-03-05T12:00:00"),
        ("Mittwoch, 4. März 2026, 7.15 Uhr", "de", "2026-03-04T07:15:00"),
        ("05.03.2026 – 18:44 Uhr", "de", "2026-03-05T18:44:00"),
        ("Stand: 05.03.2026, 07:15 Uhr", "de", "2026-03-05T07:15:00"),
        ("5 de marzo de 2026, 20:10 h", "es", "2026-03-05T20:10:00"),
        ("Publicado el 5 de marzo del 2026", "es", "2026-03-05"),
        ("1er mars 2026", "fr", "2026-03-01"),
        ("Lundi 9 mars 2026 à 14h52", "fr", "2026-03-09T14:52:00"),
        ("Publié le 04/03/2026 à 20h41", "fr", "2026-03-04T20:41:00"),
        ("terça-feira, julho 22, 2025", "pt", "2025-07-22"),
        ("22 de julho de 2025 | 16:17", "pt", "2025-07-22T16:17:00"),
        ("2 марта 2026, 10:20", "ru", "2026-03-02T10:20:00"),
        ("2026年3月1日 10:20", "zh", "2026-03-01T10:20:00"),
        ("March 2, 2026", "de", "2026-03-02"),  # English furniture on a German page
        ("12 quokka 2026", "en", None),
        ("12 quokka 2026", "xx", None),
    ],
)
def test_dates_in_words(text, language, iso):
    assert parse_date(text, language) == iso


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("31/12/2025", "es", "2025-12-31"),
        ("31.12.25", "de", "2025-12-31"),
        ("31-12-2025", "fr", "2025-12-31"),
        ("12/31/2025", "en", "2025-12-31"),
        ("03/04/2026", "en", "2026-04-03"),
        ("2026/03/04", "en", "2026-03-04"),
        ("1. 3. 2026", "cs", "2026-03-01"),
        ("40/40/2026", "en", None),
        ("version 1.2.3", "en", None),
        ("10.20.30.40", "en", None),
    ],
)
def test_day_and_month_in_digits(text, language, iso):
    assert parse_date(text, language) == iso


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("Updated March 5, 2026; published March 4, 2026", "en", "2026-03-04"),
        ("UPDATED: | PUBLISHED: March 4, 2026", "en", "2026-03-04"),
        ("Updated March 5, 2026", "en", "2026-03-05"),
        ("March 4, 2026 | Updated: March 5, 2026", "en", "2026-03-04"),
        ("Publié le 5 mars 2026 à 11h18, mis à jour à 13h02", "fr", "2026-03-05T11:18:00"),
        ("Actualizado: 06/03/2026 17:22 - Publicado: 05/03/2026 09:00", "es", "2026-03-05T09:00:00"),
        ("Aktualisiert am 6. März 2026, veröffentlicht am 5. März 2026", "de", "2026-03-05"),
    ],
)
def test_of_published_and_updated_the_published_one(text, language, iso):
    assert parse_date(text, language) == iso


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("2 days ago", "en", "2026-03-04"),
        ("2 days ago at 07:54 am", "en", "2026-03-04T07:54:00"),
        ("3 hours ago", None, "2026-03-06T05:15:00+00:00"),
        ("hace 2 días", "es", "2026-03-04"),
        ("Nación2 días ago", "es", "2026-03-04"),
        ("vor 3 Stunden", "de", "2026-03-06T05:15:00+00:00"),
        ("gestern", "de", "2026-03-05"),
        ("ayer", "es", "2026-03-05"),
        ("il y a 2 heures", "fr", "2026-03-06T06:15:00+00:00"),
    ],
)
def test_relative_words_need_the_time_of_fetching(text, language, iso):
    assert parse_date(text, language, FETCHED) == iso
    assert parse_date(text, language) is None


@pytest.mark.parametrize(
    "text", ["", "09:30", "March 4", "the river rose", "March on the town hall", "2026", "Publié le"]
)
def test_no_full_date(text):
    assert parse_date(text, "en", FETCHED) is None


@given(st.dates(date(1971, 1, 1), date(2068, 12, 31)))
def test_every_way_to_write_a_day_gives_that_day(day):
    forms = [day.isoformat(), f"{day:%d %B %Y}", f"{day:%B} {day.day}, {day.year}", f"{day.day}.{day.month}.{day.year}"]
    assert {parse_date(form, "en") for form in forms} == {day.isoformat()}


@given(st.datetimes(datetime(1971, 1, 1), datetime(2068, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_iso_times_are_kept_to_the_second(moment):
    exact = moment.replace(microsecond=0)
    assert datetime.fromisoformat(parse_date(moment.isoformat())) == exact


@given(st.text(max_size=120), st.sampled_from(["en", "de", "es", "fr", None]))
def test_any_text_gives_nothing_or_a_date(text, language):
    found = parse_date(text, language, FETCHED)
    assert found is None or datetime.fromisoformat(found)


@given(st.text(alphabet="0123456789/.-: apmMarch", max_size=60))
def test_lines_of_digits_give_nothing_or_a_date(text):
    found = parse_date(text, "en")
    assert found is None or datetime.fromisoformat(found)
