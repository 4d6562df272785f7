import { encodeId, uuidv7Bytes } from '../../shared/uuid.ts'

/** The id of a refund, made here: the same one again is the same refund. */
export const newRefundId = (): string => `rfq_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
