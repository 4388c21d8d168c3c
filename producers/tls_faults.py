"""Why no safe connection could be made: in words, from what OpenSSL found wrong."""

import ssl
from collections.abc import Iterator

# OpenSSL's X509_V_ERR_…: what is wrong with the certificate
_WRONG = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate is signed by an authority that nobody knows",
    20: "its certificate is signed by an authority that nobody knows, or a link of its chain is left out",
    21: "a link of its certificate's chain is left out",
    23: "its certificate was revoked",
    62: "its certificate is for another host",
    64: "its certificate is for another host",
}


def certificate_fault(error: BaseException) -> str:
    """Return what is wrong with the certificate that led to `error`, "" where it is no matter of one."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            said = cause.verify_message or str(cause)
            known = _WRONG.get(cause.verify_code)
            return f"{known} ({said})" if known else said
    return ""


def is_tls_fault(error: BaseException) -> bool:
    """Tell whether `error` came of talking TLS, whatever it was."""
    return any(isinstance(cause, ssl.SSLError) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and what led to it, each once."""
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        yield here
        here = here.__cause__ or here.__context__
