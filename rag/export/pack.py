"""The same basket gives the same bytes: office files are archives that know the time; here, the day."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def day(date: str) -> datetime:
    """The day that a file bears; zip knows the years from 1980 to 2107."""
    try:
        found = datetime.fromisoformat(date).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)
    return found.replace(year=min(max(found.year, 1980), 2107))


def dated(data: bytes, date: str) -> bytes:
    """An office file with every time in it set to the start of `date`."""
    when = day(date)
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "docProps/core.xml":
                body = _STAMP.sub(rb"\g<1>" + stamp + rb"\g<2>", body)
            kept = zipfile.ZipInfo(entry.filename, when.timetuple()[:6])
            kept.compress_type = zipfile.ZIP_DEFLATED
            kept.external_attr = 0o600 << 16
            new.writestr(kept, body)
    return out.getvalue()
