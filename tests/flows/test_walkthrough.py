"""The story that docs/walkthrough.sh tells is true."""

import subprocess
from pathlib import Path

from tests.flows.running import ALFRED, environment

SCRIPT = Path(__file__).parents[2] / "docs" / "walkthrough.sh"


def test_the_story_is_played_and_every_balance_is_as_told(tmp_path: Path) -> None:
    played = subprocess.run(
        [SCRIPT, *ALFRED],
        cwd=tmp_path,
        env=environment(TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (played.returncode, played.stderr) == (0, ""), played.stdout[-2000:]
    assert "Every event is as it was sealed, and the trail goes on from the head that was kept." in played.stdout
    assert list(tmp_path.iterdir()) == []
