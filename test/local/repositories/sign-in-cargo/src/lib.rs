pub use contoso_greeting::TEXT;
