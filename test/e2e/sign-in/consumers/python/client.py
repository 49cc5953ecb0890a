"""Prints an access token as a program of a pipeline gets one: by the environment alone."""

import sys

from azure.identity import (
    DefaultAzureCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

credentials = {
    "default": DefaultAzureCredential,
    "workload": WorkloadIdentityCredential,
    "managed": ManagedIdentityCredential,
}
kind, scope = sys.argv[1:]
sys.stdout.write(credentials[kind]().get_token(scope).token)
