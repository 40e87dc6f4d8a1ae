enum KafkaDriverPlaceholder {}
