/** The whole screen of a door, to be told apart at arm's length in the dark and by those who do not see red and green: each has its sign and word, too. */
export const signs = {
  in: 'bg-[#0b6b3f]',
  again: 'bg-[#0b5c8f]',
  double: 'bg-[#8a4b00]',
  stop: 'bg-[#9b1c31]',
} as const
