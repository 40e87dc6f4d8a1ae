enum PostgresDriverPlaceholder {}
