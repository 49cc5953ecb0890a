// One long-lived process with one credential, as a server or a long deployment is.
package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

var number = regexp.MustCompile(`AADSTS\d+`)

func main() {
	seconds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	credential, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		panic(err)
	}
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	for time.Now().Before(end) {
		for _, scope := range os.Args[2:] {
			at := time.Now().UTC().Format(time.RFC3339)
			token, err := credential.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{scope}})
			switch {
			case err != nil:
				fmt.Println(at, "failed", scope, number.FindString(err.Error()))
			case token.ExpiresOn.Before(time.Now()):
				fmt.Println(at, "expired", scope)
			default:
				fmt.Println(at, "ok", scope)
			}
		}
		time.Sleep(15 * time.Second)
	}
}
