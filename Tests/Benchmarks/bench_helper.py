"""How fast the credential helper answers, in the environment of `enclavia-sandbox run`."""
import json
import os
import pathlib

from measure import Command, pair
from report import compared

HELPER = "docker-credential-enclavia"


def rows(enclavia, rounds, folder):
    # Plain HTTP needs no authorities: a program that reads them before it knows that would be slower.
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("SSL_CERT_") and name != "CURL_CA_BUNDLE"}
    helper = pathlib.Path(folder) / HELPER
    helper.symlink_to(enclavia)
    ours = Command([helper, "get"], environment, input=os.environ["ENCLAVIA_SANDBOX_REGISTRY"])
    credentials = pathlib.Path(os.environ["XDG_CONFIG_HOME"]) / "enclavia" / "credentials.json"
    token = json.loads(credentials.read_text(encoding="utf-8"))["access_token"]
    theirs = Command(
        ["curl", "-sSf", "-o", "/dev/null", "-H", f"Authorization: Bearer {token}",
         f"{os.environ['ENCLAVIA_BACKEND_URL']}/me/registry"], environment)
    return [compared(f"{HELPER} get", "curl, the same call to the backend",
                     pair(ours, theirs, rounds), 2)]
