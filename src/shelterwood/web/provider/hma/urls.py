"""The addresses of HMA 1.1 that are served here."""

from __future__ import annotations

from pathlib import Path

from django.urls import path

from shelterwood.web.provider.hma import banks, hashing, matching
from shelterwood.web.provider.scan.describing import described_in

openapi = described_in(Path(__file__).with_name("openapi.json"))

urlpatterns = [
    path("h/hash", hashing.hash_media, name="hma_hash"),
    path("m/lookup", matching.lookup, name="hma_lookup"),
    path("m/raw_lookup", matching.raw_lookup, name="hma_raw_lookup"),
    path("m/compare", matching.compare, name="hma_compare"),
    path("m/index/status", matching.index_status, name="hma_index_status"),
    path("c/banks", banks.all_banks, name="hma_banks"),
    path("c/bank/<str:bank>", banks.one_bank, name="hma_bank"),
    path("c/bank/<str:bank>/content", banks.add_media, name="hma_bank_content"),
    path("c/bank/<str:bank>/content/<str:content_id>", banks.one_content, name="hma_content"),
    path("c/bank/<str:bank>/signal", banks.add_signals, name="hma_bank_signal"),
    path("api/v1/openapi-hma.json", openapi, name="hma_openapi"),
]
