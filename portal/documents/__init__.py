"""The office's papers: what each must say (`papers`), how it is printed (`render`), how it is numbered (`numbers`).

Knows no Flask, no models and no database: plain values in, a PDF out.
"""
