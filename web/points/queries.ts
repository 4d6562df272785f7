import { read } from '../api.ts'

export const walletsQuery = read('GET /me/points')
export const walletQuery = (group: string) => read('GET /me/points/:group', { group })
