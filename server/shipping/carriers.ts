/** Where carriers show the way of a parcel: by what people write as the carrier's name. */
const known: readonly [RegExp, (number: string) => string][] = [
  [/顺丰|\bsf\b/i, number => `https://www.sf-express.com/chn/sc/waybill/waybill-detail/${number}`],
  [/\bems\b|邮政|china post/i, number => `https://www.ems.com.cn/queryList?mailNum=${number}`],
  [/中通|\bzto\b/i, number => `https://www.zto.com/express/expressCheck.html?txtBill=${number}`],
  [/圆通|\byto\b/i, number => `https://www.yto.net.cn/gw/service/Shipmenttracking.html?waybill=${number}`],
  [/\bdhl\b/i, number => `https://www.dhl.com/global-en/home/tracking.html?tracking-id=${number}`],
  [/\bups\b/i, number => `https://www.ups.com/track?tracknum=${number}`],
  [/fedex/i, number => `https://www.fedex.com/fedextrack/?trknbr=${number}`],
  [/royal mail/i, number => `https://www.royalmail.com/track-your-item#/tracking-results/${number}`],
  [/\busps\b/i, number => `https://tools.usps.com/go/TrackConfirmAction?tLabels=${number}`],
]
export function followLink(carrier: string | null, tracking: string | null): string | null {
  if (carrier === null || tracking === null) return null
  return known.find(([name]) => name.test(carrier))?.[1](encodeURIComponent(tracking)) ?? null
}
