/** The door of insight: pictures of where money goes. Nobody stands on it. */
export { routes } from './routes.ts'
