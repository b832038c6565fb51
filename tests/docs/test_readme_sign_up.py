"""The README's example of a sign-up works as it stands, against the real parts."""

from pathlib import Path

from domain.shared.settings import Settings
from tests.docs.documents import READMES, ROOT, blocks
from tests.docs.shell import shell
from tests.processes import running, serving


async def test_somebody_signs_up_by_the_readmes_commands(own_shop: Settings, tmp_path: Path) -> None:
    (script,) = (block for block in blocks(READMES[0], "sh") if "signUp" in block)
    script = script.replace(". docs/try.sh", f". {ROOT}/docs/try.sh").replace(".venv/bin/hanse audit verify", "")

    async with (
        serving(own_shop) as url,
        running("workers.relay", shop=own_shop),
        running("workers.run", "--queue", "default", shop=own_shop),
    ):
        told = await shell(
            script.replace("sleep 2", "sleep 5"), tmp_path, HANSE=url, HANSE_DATA_DIR=str(own_shop.data_dir)
        )

    assert '"signUp":{"linkValidSeconds":259200}' in told
    assert '"confirmEmail":{"userId":"' in told, told
