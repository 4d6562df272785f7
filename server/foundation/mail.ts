/**
 * Sending one mail through the server that SMTP_URL names. Without it mails lie as files in `mail/` of the home folder, the newest 200, so that one can
 * look at them. Says apart what certainly was not taken (try again) from what may have been (never again).
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SendMailOptions, Transporter, TransportOptions } from 'nodemailer'
import type { Config } from './config.ts'
import { later } from './later.ts'

const nodemailer = later<typeof import('nodemailer')>('nodemailer')

export type Mail = {
  /** Its own name, which becomes the Message-ID: a second copy would be told from another mail. */
  id: string
  to: { name: string; address: string }
  subject: string
  text: string
  html: string
  headers?: Record<string, string>
  at: Date
}
/** `sent`: taken. `refused`: never for this address. `later`: certainly not taken. `unsure`: the server had it all and did not answer. */
export type MailAnswer = { kind: 'sent' } | { kind: 'refused' | 'later' | 'unsure'; problem: string }

const mostFiles = 200
const transports = new WeakMap<Config, Transporter>()

function transportOf(config: Config): Transporter {
  let transport = transports.get(config)
  if (transport === undefined) {
    transport =
      config.smtpUrl === undefined
        ? nodemailer().createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
        : nodemailer().createTransport({
            url: config.smtpUrl,
            pool: true,
            maxConnections: 3,
            connectionTimeout: 15_000,
            greetingTimeout: 15_000,
            socketTimeout: 60_000,
            // Nothing that is in a mail may be read from disk or fetched.
            disableFileAccess: true,
            disableUrlAccess: true,
          } as TransportOptions)
    transports.set(config, transport)
  }
  return transport
}

/** Ends kept connections. */
export const closeMail = (config: Config): void => {
  transports.get(config)?.close()
  transports.delete(config)
}

function keep(config: Config, id: string, message: Buffer): void {
  const folder = join(config.home, 'mail')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, `${id}.eml`), message, { mode: 0o600 })
  // Names begin with their time: the oldest come first.
  const names = readdirSync(folder)
    .filter(name => name.endsWith('.eml'))
    .toSorted()
  for (const name of names.slice(0, Math.max(0, names.length - mostFiles))) rmSync(join(folder, name), { force: true })
}

type SmtpError = Error & { code?: string; command?: string; responseCode?: number }
/** Before these end, the server has not taken the mail. */
const before = /^(CONN|EHLO|HELO|STARTTLS|AUTH|MAIL|RCPT)/

export function answerOf(error: SmtpError): MailAnswer {
  const problem = error.message.slice(0, 300)
  const { responseCode = 0, command = 'CONN', code } = error
  if (responseCode >= 500 && (command.startsWith('RCPT') || command.startsWith('MAIL') || code === 'EENVELOPE'))
    return { kind: 'refused', problem }
  // An answer that says no is an answer.
  if (responseCode >= 400 || before.test(command) || code === 'EDNS' || code === 'ECONNREFUSED') return { kind: 'later', problem }
  return { kind: 'unsure', problem }
}

export async function sendMail(config: Config, mail: Mail): Promise<MailAnswer> {
  const message: SendMailOptions = {
    from: config.mailFrom,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    date: mail.at,
    messageId: `<${mail.id}@${new URL(config.url).hostname}>`,
    headers: { 'Auto-Submitted': 'auto-generated', ...mail.headers },
  }
  try {
    const info = (await transportOf(config).sendMail(message)) as { message?: unknown }
    if (config.smtpUrl === undefined) keep(config, mail.id, info.message as Buffer)
    return { kind: 'sent' }
  } catch (error) {
    return answerOf(error as SmtpError)
  }
}
