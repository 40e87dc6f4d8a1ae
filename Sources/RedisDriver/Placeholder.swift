enum RedisDriverPlaceholder {}
