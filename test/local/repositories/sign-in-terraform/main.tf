terraform {
  backend "azurerm" {
    storage_account_name = "contoso"
    container_name       = "tfstate"
    key                  = "widgets.tfstate"
    use_azuread_auth     = true
  }
}

# Comes with Terraform and OpenTofu: a provider would come from their registries.
resource "terraform_data" "greeting" {
  input = "Hello from the state"
}
