// Prints an access token as a program of a pipeline gets one: by the environment alone.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func create(kind string) (azcore.TokenCredential, error) {
	switch kind {
	case "workload":
		return azidentity.NewWorkloadIdentityCredential(nil)
	case "managed":
		return azidentity.NewManagedIdentityCredential(nil)
	default:
		return azidentity.NewDefaultAzureCredential(nil)
	}
}

func main() {
	credential, err := create(os.Args[1])
	if err == nil {
		var token azcore.AccessToken
		token, err = credential.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: os.Args[2:]})
		fmt.Print(token.Token)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
