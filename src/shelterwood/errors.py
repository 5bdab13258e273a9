"""The one root of every error that Shelterwood raises, so that a caller can catch them all and a person can read them.

Each error is named for the fact and lives in the module that raises it; the tree (kept true by a test):

    ShelterwoodError
        AccountNotValid
        ActionNotRegistered
        ActionRegisteredTwice
        AddressNotCalled
        AddressNotFetched
        ApiKeyNotValid
        ArchiveNotOpenable
        AskedNotUnderstood
        BankExists
        BankNotOurs
        BasisEnded
        BodyEnded
        BodyTooLong
        ChildDidNotStart
        CounterNotRegistered
        DataNotUsable
        DatabaseNotReachable
        DetectionNotPossible
        DigestTableDamaged
        EndpointNotValid
        EntryNotAdded
        EntryNotValid
        EvidenceAltered
        ExampleNotAccepted
        FaultNotRegistered
        FetchingFailed
        FormNotUnderstood
        FormatNotWritten
        HeadNotAccepted
        HeadNotSent
        HeaderNotUnderstood
        HostNotReached
        IndexFault
            IndexDamaged
                SegmentOutOfService
            IndexDiskFull
            IndexLocked
            IndexReadOnly
            InvalidFingerprints
            NotAnIndex
        InvitationNotUsable
        JobKindNotRegistered
        JobStepNotPossible
        KeyNeeded
        KeyNotValid
        LastAdministrator
        LengthNotSaid
        LimitNotPositive
        LineNotReadable
        ListBusy
        ListExists
        ListFileNotReadable
            FormatUnknown
            SourceNotNamed
        ListNamedTwice
        ListNotInService
        ListNotReadable
        ListNotReady
        ListNotValid
        ListStepNotPossible
        MalformedFingerprint
        MediaBusy
        MediaNotOpen
        NoRecord
        NoRoom
        NoSuchAccount
        NoSuchBank
        NoSuchContent
        NoSuchEvidence
        NoSuchList
        NoSuchPayload
        NotAPicture
        NotMatchable
        NothingToImport
        NothingToLookIn
        NothingToMatch
        NothingToSignWith
        OrderNotUsable
        OtherContent
        OtherRunAtWork
        OutsideBodyNotNamed
        PassphraseTooShort
        PassphraseWrong
        PayloadNotPlain
        PayloadNotReadable
        PersonMayNotHold
        PersonNeeded
        PolicyDataNotValid
        PortInUse
        PrintsNotUnderstood
        ProfileAltered
        ProfileNotUsable
        ProfileUnknown
        RecordWithoutHead
        RegisteredTooLate
        ResultsBusy
        ResultsFinished
        ResultsFromAnotherScan
        ResultsNotOurs
        ResultsNotWritten
        RoleUnknown
        RolesNotTogether
        RowRefused
        SandboxRefused
        SecondPersonNeeded
        ServerNotInstalled
        ServiceNotValid
        SettingNotUnderstood
        ShownTooLongAgo
        SignatureNotAccepted
        SoloModeInUse
        SourceNotFound
        SourceNotUsable
        StepNotPossible
        StillAtWork
        StrictNeedsFullSize
        TimeNotUnderstood
        TimeWithoutZone
        TimerNotInProfile
        TokenNotAccepted
        TokenNotVerified
        TooManyPassphrases
        TooManyWait
        TooManyWaitOfKey
        TooSlow
        TypeNotTaken
        ValueNotValid
        VaultFault
            ChainBroken
            CodeNotValid
            HoldNotValid
            KeyDestroyed
            KeyNotOpened
            LedgersDisagree
            MasterKeyNotUsable
            NoSuchObject
            NotASealedObject
            ObjectExists
            ObjectPurged
            SealBroken
            VaultFull
            VaultNotUsable
"""

from __future__ import annotations

from typing import ClassVar

__all__ = ["ShelterwoodError"]


class ShelterwoodError(Exception):
    """What went wrong in one sentence, what to do about it in another.

    `fact` says what is wrong; `remedy` says what the reader can do. `exit_code` follows clamscan's convention:
    0 nothing found, 1 something found, 2 the run as a whole failed.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, fact: str, *, remedy: str = "") -> None:
        super().__init__(fact)
        self.fact = fact
        self.remedy = remedy

    def explain(self) -> str:
        """Return the sentence(s) a person should read: the fact, then what to do."""
        return f"{self.fact} {self.remedy}".strip()
