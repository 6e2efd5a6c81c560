"""Build hook: a wheel and a source archive carry the built client, which is built here where it is missing.

A wheel has it as goldsmith/client, a source archive as web/dist, so that installing from either needs no Node. An
editable install leaves it alone: there `make install` builds it.
"""

import shutil
import subprocess
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClientHook(BuildHookInterface):
    """Sees to web/dist before anything is packed."""

    def initialize(self, version: str, build_data: dict) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "web" / "dist" / "index.html").is_file():
            self._build(root)
        if self.target_name == "wheel":
            build_data["force_include"][str(root / "web" / "dist")] = "goldsmith/client"

    def _build(self, root: Path) -> None:
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("The client is not built (web/dist is missing) and npm is not on the path to build it. "
                             "Install Node 20 or newer, or build where it is: npm ci && npm run build")
        installed = root / "node_modules" / ".package-lock.json"
        if not installed.is_file() or installed.stat().st_mtime < (root / "package-lock.json").stat().st_mtime:
            self._run(root, npm, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        self._run(root, npm, "run", "--silent", "build")

    def _run(self, root: Path, *words: str) -> None:
        self.app.display_info(f"The client: npm {' '.join(words[1:])}")
        try:
            subprocess.run(words, cwd=root, check=True)
        except subprocess.CalledProcessError as error:
            raise SystemExit(f"The client could not be built: npm {words[1]} ended with {error.returncode}; "
                             "what it said stands above.") from error
