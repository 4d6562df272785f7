/** The door of moderation: reports, holds, decisions with reasons, appeals, bans, and the rules people write under. */
export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
export { ban, bannedFrom, unban } from './bans.ts'
export { holdFor } from './flags.ts'
export { screen } from './screen.ts'
export { registerSubject, type Seen, type Subject } from './subjects.ts'
