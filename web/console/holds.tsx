export function ConsoleHolds() {
  return null
}
