enum BookingStoresPlaceholder {}
