/** States of an order that the desk can list by. */
export const orderStates = ['placed', 'paid', 'settled', 'cancelled', 'expired', 'refunded'] as const
