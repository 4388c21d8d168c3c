"""Decompresses a body as it streams, counting what comes out: a bomb stops at the limit, a cut is noticed."""

import zlib

_GZIP_MAGIC = b"\x1f\x8b"
_AUTO = 47  # gzip or zlib, whichever the header says
_RAW = -15
STEP_BYTES = 1 << 16


class TooLargeError(Exception):
    """More than the limit came out."""


class BrokenBodyError(Exception):
    """Not the compression it claims, or cut short."""


class Inflater:
    """Takes a body's chunks and keeps what they decompress to; neither may be more than `max_bytes`."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        self.body = bytearray()
        self._max_bytes = max_bytes
        self._encoding = encoding.strip().lower()
        self._received = 0
        self._started = False
        self._stream: zlib._Decompress | None = None
        if self._encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise BrokenBodyError(f"an encoding nobody asked for: {encoding}")

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk. Raises TooLargeError, BrokenBodyError."""
        self._received += len(chunk)
        if self._received > self._max_bytes:  # members of nothing come to nothing, without end
            raise TooLargeError(f"more than {self._max_bytes:,} bytes")
        if not self._started and chunk:
            self._start(chunk)
        if self._stream is None:
            self._keep(chunk)
            return
        while chunk:
            chunk = self._inflate(chunk)

    def finish(self) -> bytes:
        """Return the whole body. Raises BrokenBodyError where the stream had not ended."""
        if self._stream is not None and not self._stream.eof:
            raise BrokenBodyError("the compressed body ends too early")
        return bytes(self.body)

    def _start(self, chunk: bytes) -> None:
        self._started = True
        if (
            chunk.startswith(_GZIP_MAGIC) or self._encoding == "deflate"
        ):  # some servers send .gz files as they are
            zlib_header = len(chunk) > 1 and chunk[0] & 0x0F == 8 and (chunk[0] << 8 | chunk[1]) % 31 == 0
            raw = self._encoding == "deflate" and not zlib_header and not chunk.startswith(_GZIP_MAGIC)
            self._stream = zlib.decompressobj(_RAW if raw else _AUTO)

    def _inflate(self, chunk: bytes) -> bytes:
        stream = self._stream
        assert stream is not None
        try:
            self._keep(stream.decompress(chunk, STEP_BYTES))
        except zlib.error as error:
            raise BrokenBodyError(f"the compressed body is broken ({error})") from error
        if not stream.eof:
            return stream.unconsumed_tail
        if stream.unused_data.startswith(_GZIP_MAGIC):  # a second member of a gzip file
            self._stream = zlib.decompressobj(_AUTO)
            return stream.unused_data
        return b""

    def _keep(self, data: bytes) -> None:
        if len(self.body) + len(data) > self._max_bytes:
            raise TooLargeError(f"more than {self._max_bytes:,} bytes once decompressed")
        self.body += data
