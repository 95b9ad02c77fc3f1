"""Content credentials (C2PA): what a file is, what it was made from and by whom, signed so that changes show.

``keys`` finds or makes the certificate, ``claims`` says what is true of a file, ``signing`` puts it into the file or
beside it, ``results`` does so for everything that a run lays out, ``verifying`` reads it back and ``explanation``
puts it into plain words.  Nothing here opens a network connection.

Specification: Coalition for Content Provenance and Authenticity, "Content Credentials: C2PA Technical Specification".
"""
