"""One long-lived process with one credential, as a server or a long deployment is."""

import datetime
import re
import sys
import time

from azure.identity import DefaultAzureCredential

seconds, *scopes = sys.argv[1:]
credential = DefaultAzureCredential()
end = time.time() + int(seconds)
while time.time() < end:
    for scope in scopes:
        at = datetime.datetime.now(datetime.timezone.utc).isoformat()
        try:
            token = credential.get_token(scope)
            what = "ok" if token.expires_on > time.time() else "expired"
            print(f"{at} {what} {scope}", flush=True)
        except Exception as error:
            code = re.search(r"AADSTS\d+", str(error))
            print(f"{at} failed {scope} {code.group() if code else 'unknown'}", flush=True)
    time.sleep(15)
