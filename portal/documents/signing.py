"""The seal on a PDF: PAdES with a key that this installation made, or with the certificate that the office was given.
It tells that a paper is the portal's and unchanged; it is no certified signature of a person."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import (
    KeyUsageConstraints,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Segel"
KEY_BITS = 3072
YEARS = 20
USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
"""An office's certificate is for one of these; it need not be for both."""


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """A private key, its certificate, and the certificate that vouches for it, all DER; `between` lie between them."""

    key: bytes
    certificate: bytes
    root: bytes
    between: tuple[bytes, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate."""
        return hashlib.sha256(self.certificate).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What pyHanko's validator finds: the bytes under the seal are the signed ones (`intact`), by a certificate that
    `root` vouches for (`trusted`), and nothing stands outside of it (`entire`). `signer` is the certificate's name."""

    intact: bool = False
    trusted: bool = False
    entire: bool = False
    signer: str = ""
    signed_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.intact and self.trusted and self.entire


def make_seal(name: str, *, at: datetime) -> Seal:
    """A new seal. The root's key is thrown away: it vouches for this one certificate and never for another."""
    root_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS) for _ in range(2))
    root_name, own_name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])]) for text in (f"Akar {name}", name)
    )
    root = _certificate(root_name, root_name, root_key, root_key, at, authority=True)
    own = _certificate(own_name, root_name, key, root_key, at, authority=False)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Seal(private, own, root)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    signer: rsa.RSAPrivateKey,
    at: datetime,
    *,
    authority: bool,
) -> bytes:
    usage = x509.KeyUsage(digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority,
                          crl_sign=authority, key_encipherment=False, data_encipherment=False, key_agreement=False,
                          encipher_only=False, decipher_only=False)  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * YEARS))
        .add_extension(usage, critical=True)
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True
        )
        .sign(signer, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


def from_pkcs12(data: bytes, passphrase: str) -> Seal:
    """The seal in a PKCS#12 file. Raises ValueError when passphrase, key or certificate are not usable."""
    key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase.encode() or None)
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("an RSA or EC key with its certificate expected")
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own, *chain = (each.public_bytes(serialization.Encoding.DER) for each in (certificate, *others))
    roots = [each for each in others if each.subject == each.issuer]
    root = roots[0].public_bytes(serialization.Encoding.DER) if roots else (chain or [own])[-1]
    return Seal(private, own, root, tuple(each for each in chain if each != root))


def issuer_of(seal: Seal) -> str:
    """Who vouches for the certificate, in words."""
    return x509.load_der_x509_certificate(seal.certificate).issuer.rfc4514_string()


def ends_at(seal: Seal) -> datetime:
    """Until when the certificate is good."""
    return x509.load_der_x509_certificate(seal.certificate).not_valid_after_utc


def sealed(pdf: bytes, seal: Seal, *, reason: str, place: str) -> bytes:
    """The PDF with the seal over all of it."""
    certificate = asn1_x509.Certificate.load(seal.certificate)
    store = SimpleCertificateStore()
    for each in (seal.root, *seal.between):
        store.register(asn1_x509.Certificate.load(each))
    signer = signers.SimpleSigner(
        signing_cert=certificate, signing_key=asn1_keys.PrivateKeyInfo.load(seal.key), cert_registry=store
    )
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", reason=reason, location=place, certify=True,
        subfilter=SigSeedSubFilter.PADES)  # fmt: skip
    output = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer)
    return bytes(output.getbuffer())


def verdict(pdf: bytes, seal: Seal, *, at: datetime | None = None) -> Verdict:
    """What the one seal on a PDF is worth, at `at` (now), when `seal` is the one that it should carry. For files of the
    portal's own only: a hostile PDF could make the reader work for hours."""
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    except (PdfError, ValueError):
        return Verdict()
    if len(found) != 1:
        return Verdict()
    root, *between = (asn1_x509.Certificate.load(each) for each in (seal.root, *seal.between))
    context = ValidationContext(
        trust_roots=[root], other_certs=between, allow_fetching=False, moment=at or datetime.now(UTC)
    )
    try:
        status = validate_pdf_signature(found[0], context, key_usage_settings=USAGE)
    except (PdfError, SignatureValidationError, ValueError):
        return Verdict()
    ours = status.signing_cert.dump() == seal.certificate
    return Verdict(
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted) and ours,
        entire=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        signer=status.signing_cert.subject.native.get("common_name", ""),
        signed_at=status.signer_reported_dt,
    )


def holds(pdf: bytes, seal: Seal, *, at: datetime | None = None) -> bool:
    """Whether the PDF carries this seal over all that it is now."""
    return verdict(pdf, seal, at=at).holds


def signature(data: bytes, seal: Seal) -> bytes:
    """The seal on bytes that are no PDF: RSA, PKCS #1 v1.5, SHA-256, which plain OpenSSL checks."""
    key = serialization.load_der_private_key(seal.key, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the seal's key is not RSA")
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def certificate_pem(seal: Seal) -> bytes:
    """The seal's certificate as text, for whoever checks a signature."""
    return x509.load_der_x509_certificate(seal.certificate).public_bytes(serialization.Encoding.PEM)
