"""The certificate that files are signed with: the studio's own, or a local one made on first use."""

from __future__ import annotations

import datetime as dt
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from filelock import FileLock

from tintype.documents.base import write_atomic
from tintype.errors import CredentialsError
from tintype.user_settings import CredentialsSettings, data_folder, read_user_settings

LOCAL_ORGANISATION = "Tintype local certificate (not on a trust list)"
LOCAL_YEARS = 10
PEM = serialization.Encoding.PEM
MAX_PEM_BYTES = 1_000_000

Algorithm = Literal["ES256", "ES384", "ES512", "PS256", "ED25519"]
PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class SigningKey:
    """A private key with its certificate chain.

    Attributes:
        chain: certificates as PEM, leaf first.
        key: private key as PEM, PKCS 8, not encrypted.  It is never written anywhere.
        algorithm: as C2PA names it.
        local: made by Tintype on this computer, so that it vouches for nobody.
        name: who it says that it belongs to.
        fingerprint: SHA-256 of the leaf certificate.
    """

    chain: bytes
    key: bytes
    algorithm: Algorithm
    local: bool
    name: str
    fingerprint: str

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"  # the key stays out of logs and tracebacks


def signing_key() -> SigningKey:
    """The studio's key where the user has named one, else the local one, made if there is none yet.

    Raises:
        CredentialsError: the key cannot be used, or none can be made; says which file and why.
    """
    settings = read_user_settings().credentials
    if settings.certificate is None and settings.key is None:
        return local_key()
    if settings.certificate is None or settings.key is None:
        missing = "certificate" if settings.certificate is None else "key"
        raise CredentialsError(
            f"The user's settings name half of a signing key: {missing} is missing.",
            hint="Name both certificate and key (TINTYPE_CERTIFICATE and TINTYPE_KEY), or neither.",
        )
    return studio_key(settings)


def studio_key(settings: CredentialsSettings) -> SigningKey:
    """The key that the user has named."""
    assert settings.certificate is not None
    assert settings.key is not None
    passphrase = os.environ.get("TINTYPE_KEY_PASSPHRASE")
    return read_key(settings.certificate, settings.key, passphrase=passphrase, local=False)


def local_folder() -> Path:
    return data_folder() / "keys"


def local_certificate_path() -> Path:
    return local_folder() / "local_certificate.pem"


def local_key() -> SigningKey:
    """This computer's own key, made on first use, and again when its certificate has run out."""
    folder = local_folder()
    certificate, key = local_certificate_path(), folder / "local_key.pem"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / "lock", timeout=60):
            if not (certificate.is_file() and key.is_file() and _still_valid(certificate)):
                make_local_key(certificate, key)
            return read_key(certificate, key, passphrase=None, local=True)
    except OSError as err:
        raise CredentialsError(
            f"The key that signs films cannot be kept in {folder}: {err.strerror or err}.",
            hint="Make that folder writable, or set TINTYPE_HOME to one that is.",
        ) from err


def make_local_key(certificate: Path, key: Path) -> None:
    """Make a key and a certificate for it, issued by a root whose own key is thrown away.

    The key file is readable by its owner alone.  The certificate says in its name that nobody has checked it.
    """
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    started = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)  # clocks of computers differ
    ended = started + dt.timedelta(days=365 * LOCAL_YEARS)
    mark = x509.SubjectKeyIdentifier.from_public_key(leaf_key.public_key()).digest.hex()[:8]
    root_name = _name(f"Root of {mark}")
    root = (
        _certificate(root_name, root_name, root_key.public_key(), started, ended)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _certificate(_name(f"Computer {mark}"), root_name, leaf_key.public_key(), started, ended)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    secret = leaf_key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write_secret(key, secret)
    write_atomic(certificate, leaf.public_bytes(PEM) + root.public_bytes(PEM))


def read_key(certificate: Path, key: Path, *, passphrase: str | None, local: bool) -> SigningKey:
    """Read a key and its chain from PEM files.

    Raises:
        CredentialsError: unreadable, readable by everybody, run out, or the two do not belong together.
    """
    chain_pem, key_pem = _read_pem(certificate), _read_pem(key)
    if os.name == "posix" and stat.S_IMODE(key.stat().st_mode) & 0o007:
        raise CredentialsError(
            f"Everybody on this computer can read the signing key {key}.", hint=f"Protect it: chmod 600 {key}"
        )
    try:
        chain = x509.load_pem_x509_certificates(chain_pem)
        private = serialization.load_pem_private_key(key_pem, passphrase.encode() if passphrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as err:
        raise CredentialsError(
            f"{certificate} and {key} are no certificate chain and private key: {err}.",
            hint="Both are PEM files; the passphrase of an encrypted key goes into TINTYPE_KEY_PASSPHRASE.",
        ) from err
    leaf = chain[0]
    if leaf.not_valid_after_utc < dt.datetime.now(dt.UTC):
        raise CredentialsError(
            f"The certificate {certificate} ran out on {leaf.not_valid_after_utc:%Y-%m-%d}.",
            hint="Ask whoever issued it for a new one.",
        )
    if not isinstance(private, PrivateKey) or private.public_key() != leaf.public_key():
        raise CredentialsError(
            f"The key {key} does not belong to the first certificate in {certificate}.",
            hint="The chain starts with the certificate of that key; its issuers follow.",
        )
    plain = private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return SigningKey(
        chain_pem, plain, _algorithm(private), local, _owner(leaf), leaf.fingerprint(hashes.SHA256()).hex()
    )


def _algorithm(key: PrivateKey) -> Algorithm:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ED25519"
    if isinstance(key, rsa.RSAPrivateKey):
        return "PS256"
    by_size: dict[int, Algorithm] = {256: "ES256", 384: "ES384", 521: "ES512"}
    if key.curve.key_size not in by_size:
        raise CredentialsError(
            f"Keys on the curve {key.curve.name} cannot sign content credentials.",
            hint="Use P-256, P-384, P-521, Ed25519 or RSA.",
        )
    return by_size[key.curve.key_size]


def _owner(certificate: x509.Certificate) -> str:
    parts = [
        str(attribute.value)
        for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        for attribute in certificate.subject.get_attributes_for_oid(oid)
    ]
    return ", ".join(parts) or "somebody without a name"


def _still_valid(certificate: Path) -> bool:
    try:
        leaf = x509.load_pem_x509_certificates(_read_pem(certificate))[0]
    except (ValueError, CredentialsError):
        return False
    return leaf.not_valid_after_utc > dt.datetime.now(dt.UTC) + dt.timedelta(days=30)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, LOCAL_ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, started: dt.datetime, ended: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(started)
        .not_valid_after(ended)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _read_pem(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_PEM_BYTES)
    except OSError as err:
        raise CredentialsError(
            f"{path} cannot be read: {err.strerror or err}.", hint="Correct its name in the user's settings."
        ) from err


def _write_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, at no moment otherwise."""
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(beside, path)
