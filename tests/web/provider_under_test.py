"""Settings of the web tests: a provider's service as served, with its data in a directory that ends with the run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data = tempfile.mkdtemp(prefix="shelterwood-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)

for _name in [name for name in os.environ if name.startswith("SHELTERWOOD_")]:
    del os.environ[_name]  # what the developer has set is not what is tested
os.environ["SHELTERWOOD_DATA"] = _data
os.environ["SHELTERWOOD_KEYS"] = str(Path(_data, "keys"))  # so that it ends with the run as well
# The organisation's provider is switched on here; the journeys run with it off, as it is by default.
os.environ["SHELTERWOOD_OIDC_ISSUER"] = "https://id.example.org"
os.environ["SHELTERWOOD_OIDC_CLIENT"] = "shelterwood"
os.environ["SHELTERWOOD_OIDC_SECRET"] = "made up for tests"

from shelterwood.web.hall.settings.provider import *  # noqa: E402, F403 - settings are names in a module

STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
Path(_data, "static").mkdir()  # whitenoise wants it to be there
PASSWORD_HASHERS = ["quick_hasher.QuickArgon2"]
