// Prints an access token as the providers of Terraform get one: the same authorizers, from the same variables
// as in the schema of the provider azurerm.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/go-azure-sdk/sdk/auth"
	"github.com/hashicorp/go-azure-sdk/sdk/environments"
)

func main() {
	ctx := context.Background()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	environment, err := environments.FromName(os.Getenv("ARM_ENVIRONMENT"))
	if err != nil {
		return err
	}
	useOIDC := os.Getenv("ARM_USE_OIDC") == "true"
	credentials := auth.Credentials{
		Environment:                              *environment,
		TenantID:                                 os.Getenv("ARM_TENANT_ID"),
		ClientID:                                 os.Getenv("ARM_CLIENT_ID"),
		OIDCAssertionToken:                       os.Getenv("ARM_OIDC_TOKEN"),
		OIDCTokenRequestURL:                      os.Getenv("ARM_OIDC_REQUEST_URL"),
		OIDCTokenRequestToken:                    os.Getenv("ARM_OIDC_REQUEST_TOKEN"),
		ADOPipelineServiceConnectionID:           os.Getenv("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID"),
		EnableAuthenticationUsingOIDC:            useOIDC,
		EnableAuthenticationUsingGitHubOIDC:      useOIDC,
		EnableAuthenticationUsingADOPipelineOIDC: useOIDC,
	}
	authorizer, err := auth.NewAuthorizerFromCredentials(ctx, credentials, environment.ResourceManager)
	if err != nil {
		return err
	}
	token, err := authorizer.Token(ctx, nil)
	if err != nil {
		return err
	}
	fmt.Print(token.AccessToken)
	return nil
}
