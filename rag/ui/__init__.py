"""The page, one module a tab. What Gradio is told through the environment is set before it is imported."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
if "GRADIO_TEMP_DIR" not in os.environ:
    # Uploads lie in a folder that only its owner can open, and go with the process; by default they would
    # stay in one that all users of the machine share.
    os.environ["GRADIO_TEMP_DIR"] = tempfile.mkdtemp(prefix="tashan-")
    atexit.register(shutil.rmtree, os.environ["GRADIO_TEMP_DIR"], ignore_errors=True)
