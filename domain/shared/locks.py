"""The numbers of PostgreSQL's advisory locks, all in one place, so that no two things take the same by accident."""

from enum import IntEnum, unique


@unique
class AdvisoryLock(IntEnum):
    MIGRATE = 7_262_001
    RELAY = 7_262_002
    SCHEDULE = 7_262_003
    KEYS = 7_262_004
    RIGHTS = 7_262_005
    AUDIT_CHAIN = 7_262_006
    TRAINING = 7_262_011
    SEGMENTATION = 7_262_012
    DEFINITIONS = 7_262_013
    CATEGORIES = 7_262_014
    CHANNELS = 7_262_015
    SEED = 7_262_021
    IMPORT = 7_262_022
