/** Where the radio that plays is kept on the device. */
export const keptRadio = 'planet.radio.v1'

/** Whether one was playing when the page was left: its code is fetched only then. */
export const radioWaits = (): boolean => {
  try {
    return localStorage.getItem(keptRadio) !== null
  } catch {
    return false
  }
}
