"""Sealed evidence: one key per object, custody record, legal hold, timed and proved destruction (needs `[server]`)."""

from __future__ import annotations

from shelterwood.vault.chain import ChainBroken
from shelterwood.vault.clocks import Clock, is_due, keep_until
from shelterwood.vault.codes import CodeNotValid, ObjectId, Week, object_id, sealed_at, week_of
from shelterwood.vault.custody import Act, CustodyRecord, Purpose
from shelterwood.vault.directory_store import DirectoryStore
from shelterwood.vault.durable import VaultFull, VaultNotUsable
from shelterwood.vault.epochs import KeyDestroyed
from shelterwood.vault.faults import VaultFault
from shelterwood.vault.header import NotASealedObject
from shelterwood.vault.holds import HoldNotValid, LegalHold
from shelterwood.vault.intents import Due, PurgeReason
from shelterwood.vault.master_key import CommandMasterKey, FileMasterKey, MasterKey, MasterKeyNotUsable
from shelterwood.vault.purge_ledger import LedgersDisagree, Proof
from shelterwood.vault.purging import Kept, KeptReason, PurgeOutcome, Recovery
from shelterwood.vault.s3_client import Bucket
from shelterwood.vault.s3_signing import Credentials
from shelterwood.vault.s3_store import S3Store
from shelterwood.vault.steps import Step, StepName
from shelterwood.vault.storing import ObjectExists, Store
from shelterwood.vault.stream import SealBroken
from shelterwood.vault.vault import NoSuchObject, ObjectPurged, Sealed, Vault
from shelterwood.vault.wrapping import KeyNotOpened

__all__ = [
    "Act",
    "Bucket",
    "ChainBroken",
    "Clock",
    "CodeNotValid",
    "CommandMasterKey",
    "Credentials",
    "CustodyRecord",
    "DirectoryStore",
    "Due",
    "FileMasterKey",
    "HoldNotValid",
    "Kept",
    "KeptReason",
    "KeyDestroyed",
    "KeyNotOpened",
    "LedgersDisagree",
    "LegalHold",
    "MasterKey",
    "MasterKeyNotUsable",
    "NoSuchObject",
    "NotASealedObject",
    "ObjectExists",
    "ObjectId",
    "ObjectPurged",
    "Proof",
    "PurgeOutcome",
    "PurgeReason",
    "Purpose",
    "Recovery",
    "S3Store",
    "SealBroken",
    "Sealed",
    "Step",
    "StepName",
    "Store",
    "Vault",
    "VaultFault",
    "VaultFull",
    "VaultNotUsable",
    "Week",
    "is_due",
    "keep_until",
    "object_id",
    "sealed_at",
    "week_of",
]
