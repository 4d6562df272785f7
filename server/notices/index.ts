/** The door of notices: what people are told, and open pages hear. */
export { routes } from './routes.ts'
