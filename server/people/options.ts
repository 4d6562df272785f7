/** How better-auth is set up: its tables are ours (schema people), its ids are ours, it sends nothing home. */
import type { BetterAuthOptions } from 'better-auth'
import { clock, newId } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { cutNow } from '../foundation/live.ts'
import type { Log } from '../foundation/log.ts'
import { isBanned } from './store.ts'

const day = 86_400
/** A remembered session ends so many seconds after it was last used; others after one day. */
export const rememberSeconds = 30 * day
export const forgetSeconds = day
/** Header in which mountAuth hands the client's address to better-auth; a client cannot set it. */
export const addressHeader = 'x-planet-client'
export const passwordLength = { least: 8, most: 128 }

export const isSecure = (config: Pick<Config, 'url'>): boolean => config.url.startsWith('https://')
export const cookieName = (config: Pick<Config, 'url'>): string => `${isSecure(config) ? '__Secure-' : ''}planet.session_token`

const idKind = { user: 'usr', session: 'ses', account: 'acc', verification: 'vrf' } as const

export function authOptions({ db, config, log }: { db: Db; config: Config; log: Log }) {
  return {
    appName: 'Planet',
    baseURL: config.url,
    basePath: '/api/auth',
    secret: config.secret,
    telemetry: { enabled: false },
    database: { db: db.write, type: 'postgres', schemaName: 'people', transaction: true },
    logger: {
      level: 'error',
      log: (level, message, ...rest) => log[level === 'error' ? 'error' : 'debug']({ auth: rest.map(String) }, message),
    },
    emailAndPassword: { enabled: true, minPasswordLength: passwordLength.least, maxPasswordLength: passwordLength.most, autoSignIn: true },
    user: {
      modelName: 'person',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: { locale: { type: 'string', required: true, input: true, defaultValue: 'zh' } },
    },
    session: {
      modelName: 'session',
      // The cookie outlives the row: the row alone says when a session ends, and slides (see viewer.ts). 400 days is the most a browser keeps.
      expiresIn: 400 * day,
      disableSessionRefresh: true,
      fields: {
        userId: 'person',
        expiresAt: 'expires_at',
        createdAt: 'created_at',
        updatedAt: 'last_seen_at',
        ipAddress: 'address',
        userAgent: 'device',
      },
      additionalFields: { remember: { type: 'boolean', required: true, input: false, defaultValue: true } },
    },
    account: {
      modelName: 'account',
      fields: {
        userId: 'person',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: { modelName: 'verification', fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' } },
    // mountAuth limits by address and by what was tried; it also checks the origin, with or without a cookie.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'planet',
      useSecureCookies: isSecure(config),
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: ({ model }) => newId(idKind[model as keyof typeof idKind]), validateSchema: false },
    },
    databaseHooks: {
      user: {
        create: {
          // better-auth runs this after its own transaction committed.
          after: async person => {
            await db.transaction(tx => tell(tx, { type: 'person_joined', person: person.id }))
          },
        },
      },
      session: {
        create: {
          before: async (session, context) => {
            // Signing up runs in a transaction of better-auth's, where the person is not to be seen from outside yet.
            if (context?.path !== '/sign-up/email' && (await isBanned(db.write, session.userId))) return false
            const now = clock.now()
            // better-auth says "do not remember" by an end within about a day.
            const remember = session.expiresAt.getTime() - now.getTime() > 2 * forgetSeconds * 1000
            const ends = new Date(now.getTime() + (remember ? rememberSeconds : forgetSeconds) * 1000)
            return { data: { ...session, remember, expiresAt: ends, userAgent: (session.userAgent ?? '').slice(0, 300) } }
          },
        },
        // Signing out, a new password: what hears live in that session ends with it.
        delete: { after: async session => cutNow(db, { session: session.id }) },
      },
    },
  } satisfies BetterAuthOptions
}
