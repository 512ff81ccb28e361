"""The portal's own seal on a PDF: PAdES with a key that this installation made. It tells that a paper is the portal's
and unchanged; it is no certified signature of a person."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Segel"
KEY_BITS = 3072
YEARS = 20


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """A private key, its certificate, and the certificate that vouches for it, all DER."""

    key: bytes
    certificate: bytes
    root: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate."""
        return hashlib.sha256(self.certificate).hexdigest()


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


def sealed(pdf: bytes, seal: Seal, *, reason: str, place: str) -> bytes:
    """The PDF with the seal over all of it."""
    certificate = asn1_x509.Certificate.load(seal.certificate)
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(seal.root))
    signer = signers.SimpleSigner(
        signing_cert=certificate, signing_key=asn1_keys.PrivateKeyInfo.load(seal.key), cert_registry=store
    )
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", reason=reason, location=place, certify=True,
        subfilter=SigSeedSubFilter.PADES)  # fmt: skip
    output = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer)
    return bytes(output.getbuffer())


def holds(pdf: bytes, seal: Seal, *, at: datetime | None = None) -> bool:
    """Whether the PDF carries this seal over all that it is now."""
    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if len(found) != 1:
        return False
    root = asn1_x509.Certificate.load(seal.root)
    context = ValidationContext(trust_roots=[root], allow_fetching=False, moment=at or datetime.now(UTC))
    status = validate_pdf_signature(found[0], context)
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return bool(status.bottom_line) and whole and status.signing_cert.dump() == seal.certificate


def signature(data: bytes, seal: Seal) -> bytes:
    """The seal on bytes that are no PDF: RSA, PKCS #1 v1.5, SHA-256, which plain OpenSSL checks."""
    key = serialization.load_der_private_key(seal.key, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the seal's key is not RSA")
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def certificate_pem(seal: Seal) -> bytes:
    """The seal's certificate as text, for whoever checks a signature."""
    return x509.load_der_x509_certificate(seal.certificate).public_bytes(serialization.Encoding.PEM)
