"""Every way in which somebody may tamper with the small books, and what verifying them says about it."""

from typing import Final

from core.ledger.drift import Drift
from tests.ledger.small_books import (
    ACME,
    ALICE,
    BELOW_ZERO,
    BOB,
    BUDGET,
    CAROL,
    DORA,
    LATE,
    OPEN,
    OVERRUN,
    RATE,
    SETTLED,
)

NAMES: Final = {
    "alice": ALICE,
    "bob": BOB,
    "carol": CAROL,
    "dora": DORA,
    "rate": RATE,
    "below_zero": BELOW_ZERO,
    "late_posting": f"{LATE}.late",
    "open": OPEN,
    "overrun": OVERRUN,
    "settled": SETTLED,
}
"""What the statements call them."""


def drift(account: str | None, what: str, *, expected: object, found: object) -> Drift:
    return Drift(ACME, account, what, expected, found)  # type: ignore[arg-type]


ALICES_SLICES: Final = "UPDATE accounts SET slices = '{}' WHERE id = :alice"

TAMPERING: Final[dict[str, tuple[str, list[Drift]]]] = {
    "alice is given credits that were never posted": (
        "UPDATE accounts SET credits = credits + 5 WHERE id = :alice",
        [
            drift(ALICE, "credits", expected=600, found=605),
            drift(None, "sum of all accounts in credits", expected=0, found=5),
        ],
    ),
    "what alice spent is forgotten": (
        "UPDATE accounts SET debits = debits - 5 WHERE id = :alice",
        [
            drift(ALICE, "debits", expected=120, found=115),
            drift(None, "sum of all accounts in credits", expected=0, found=5),
        ],
    ),
    "alice's hold is forgotten on her account": (
        "UPDATE accounts SET held = 0 WHERE id = :alice",
        [drift(ALICE, "held", expected=100, found=0)],
    ),
    "bob's overdraft is forgotten": (
        "UPDATE accounts SET unbacked = 0 WHERE id = :bob",
        [drift(BOB, "held on overdraft", expected=40, found=0)],
    ),
    "dora is made to owe": (
        "UPDATE accounts SET owed = 7 WHERE id = :dora",
        [
            drift(DORA, "slices less owed", expected=60, found=53),
            drift(None, "issued = spent + expired + what is left", expected=1_000, found=993),
        ],
    ),
    "alice's credits are made younger": (
        ALICES_SLICES.format('[["2026-04-30",380,100],["2026-12-31",100,0]]'),
        [drift(ALICE, "slice 2026-12-31 remaining", expected="at most 0", found=100)],
    ),
    "alice's slice grows": (
        ALICES_SLICES.format('[["2026-04-30",500,100]]'),
        [
            drift(ALICE, "slices less owed", expected=480, found=500),
            drift(ALICE, "slice 2026-04-30 remaining", expected="at most 480", found=500),
            drift(None, "issued = spent + expired + what is left", expected=1_000, found=1_020),
        ],
    ),
    "alice's slices change places": (
        ALICES_SLICES.format('[["2026-04-30",470,100],["2026-04-29",10,0]]'),
        [
            drift(ALICE, "order of slices", expected="2026-04-29 2026-04-30", found="2026-04-30 2026-04-29"),
            drift(ALICE, "slice 2026-04-29 remaining", expected="at most 0", found=10),
        ],
    ),
    "alice has a slice twice": (
        ALICES_SLICES.format('[["2026-04-30",240,50],["2026-04-30",240,50]]'),
        [
            drift(ALICE, "order of slices", expected="2026-04-30", found="2026-04-30 2026-04-30"),
            drift(ALICE, "slice 2026-04-30 held", expected=100, found=50),
        ],
    ),
    "alice has an empty slice": (
        ALICES_SLICES.format('[["2026-04-29",0,0],["2026-04-30",480,100]]'),
        [drift(ALICE, "slice 2026-04-29", expected="0 <= held <= remaining, remaining > 0", found="0 held of 0")],
    ),
    "alice has a negative slice": (
        ALICES_SLICES.format('[["2026-04-29",-20,0],["2026-04-30",500,100]]'),
        [
            drift(ALICE, "slice 2026-04-29", expected="0 <= held <= remaining, remaining > 0", found="0 held of -20"),
            drift(ALICE, "slice 2026-04-30 remaining", expected="at most 480", found=500),
        ],
    ),
    "alice's slice forgets its hold": (
        ALICES_SLICES.format('[["2026-04-30",480,0]]'),
        [drift(ALICE, "slice 2026-04-30 held", expected=100, found=0)],
    ),
    "alice's slices are no list": (
        ALICES_SLICES.format("lost"),
        [
            drift(ALICE, "slices", expected="a list of [day, remaining, held]", found="lost"),
            drift(None, "issued = spent + expired + what is left", expected=1_000, found=520),
        ],
    ),
    "alice's credits are hidden from the expiry": (
        "UPDATE accounts SET next_expiry = NULL WHERE id = :alice",
        [drift(ALICE, "next expiry", expected="2026-04-30", found=None)],
    ),
    "carol's account becomes a sink": (
        "UPDATE accounts SET kind = 'spent' WHERE id = :carol",
        [drift(CAROL, "kind", expected="personal", found="spent")],
    ),
    "an account is removed": (
        "DELETE FROM accounts WHERE id = 'spent:carol'",
        [
            drift("spent:carol", "account", expected="a row", found=None),
            drift(None, "sum of all accounts in credits", expected=0, found=-30),
            drift(None, "issued = spent + expired + what is left", expected=1_000, found=970),
        ],
    ),
    "the last posting of an operation is removed": (
        "DELETE FROM postings WHERE operation_id = 'op_later'",
        [
            drift(BUDGET, "debits", expected=770, found=870),
            drift(BUDGET, "slices less owed", expected=230, found=130),
            drift(DORA, "credits", expected=30, found=130),
            drift(DORA, "slices less owed", expected=-40, found=60),
            drift(DORA, "slice 2026-04-30 remaining", expected="at most 0", found=60),
        ],
    ),
    "a posting in the middle is removed": (
        "DELETE FROM postings WHERE operation_id = 'op_first' AND line = 3",
        [
            drift(BUDGET, "debits", expected=830, found=870),
            drift(BUDGET, "slices less owed", expected=170, found=130),
            drift(CAROL, "credits", expected=30, found=70),
            drift(CAROL, "slices less owed", expected=-40, found=0),
            drift(None, "lines of operation op_first", expected=6, found=5),
        ],
    ),
    "a posting is changed": (
        "UPDATE postings SET amount = 20 WHERE operation_id = :late_posting AND kind = 'late'",
        [
            drift(CAROL, "debits", expected=60, found=70),
            drift(CAROL, "slices less owed", expected=10, found=0),
            drift("spent:carol", "credits", expected=20, found=30),
            drift(None, f"settlement of hold {LATE}", expected=20, found=30),
        ],
    ),
    "a posting leads to an account that does not exist": (
        "UPDATE postings SET credit_account = 'personal:nobody' WHERE operation_id = 'op_later'",
        [
            drift(DORA, "credits", expected=30, found=130),
            drift(DORA, "slices less owed", expected=-40, found=60),
            drift(DORA, "slice 2026-04-30 remaining", expected="at most 0", found=60),
            drift("personal:nobody", "account", expected="a row", found=None),
        ],
    ),
    "credits are paid into an allowance": (
        "UPDATE postings SET credit_account = :rate WHERE operation_id = 'op_later'",
        [
            drift(RATE, "credits", expected=600, found=500),
            drift(RATE, "slices less owed", expected=480, found=380),
            drift(DORA, "credits", expected=30, found=130),
            drift(DORA, "slices less owed", expected=-40, found=60),
            drift(DORA, "slice 2026-04-30 remaining", expected="at most 0", found=60),
            drift(None, "posting op_later", expected="two accounts of one unit", found=f"{BUDGET} to {RATE}"),
        ],
    ),
    "an open hold is removed": (
        "DELETE FROM holds WHERE id = :below_zero",
        [
            drift(BOB, "held", expected=0, found=60),
            drift(BOB, "held on overdraft", expected=0, found=40),
            drift(BOB, "slice 9999-12-31 held", expected=0, found=20),
        ],
    ),
    "an open hold names nothing": (
        "UPDATE holds SET lines = 'lost' WHERE id = :below_zero",
        [
            drift(BOB, "held", expected=0, found=60),
            drift(BOB, "held on overdraft", expected=0, found=40),
            drift(BOB, "slice 9999-12-31 held", expected=0, found=20),
            drift(None, f"lines of hold {BELOW_ZERO}", expected="a list", found="unreadable"),
        ],
    ),
    "an open hold has an answer": (
        "UPDATE holds SET answer = '{\"settled\"\\:0}' WHERE id = :open",
        [drift(None, f"hold {OPEN}", expected="open without an answer, or ended with one", found="open")],
    ),
    "a settled hold has lost its answer": (
        "UPDATE holds SET answer = 'lost' WHERE id = :settled",
        [drift(None, f"hold {SETTLED}", expected="open without an answer, or ended with one", found="settled")],
    ),
    "an overrun is hidden": (
        "UPDATE holds SET answer = replace(answer, '\"overrun\"\\:30', '\"overrun\"\\:0') WHERE id = :overrun",
        [drift(None, f"overrun of hold {OVERRUN}", expected=30, found=0)],
    ),
    "a hold says that it settled less": (
        "UPDATE holds SET answer = replace(answer, '\"settled\"\\:120', '\"settled\"\\:20') WHERE id = :settled",
        [
            drift(None, f"settlement of hold {SETTLED}", expected=120, found=20),
            drift(None, f"credits of usage {SETTLED}", expected=20, found=120),
        ],
    ),
    "a usage row is removed": (
        "DELETE FROM usage WHERE id = :settled",
        [drift(None, f"usage rows of hold {SETTLED}", expected=1, found=0)],
    ),
    "a usage row says less": (
        "UPDATE usage SET credits = 1 WHERE id = :settled",
        [drift(None, f"credits of usage {SETTLED}", expected=120, found=1)],
    ),
}
