import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

const declaredQuery = read('GET /me/declared')
/** ISO 3166 in use. */
const regions =
  'AD AE AF AG AI AL AM AO AR AS AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE ZA ZM ZW'.split(
    ' ',
  )

/** What one states of oneself for rules of age and region. */
export function DeclaredPanel() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(declaredQuery)
  return (
    <Panel title={t.points.declared.title} note={t.points.declared.body}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : (
        <Form is={data} />
      )}
    </Panel>
  )
}

function Form({ is }: { is: Ok<'GET /me/declared'> }) {
  const t = useWords()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [bornOn, setBornOn] = useState(is.bornOn ?? '')
  const [region, setRegion] = useState(is.region ?? '')
  const [today] = useState(() => new Date().toISOString().slice(0, 10))
  const save = useMutation({
    mutationFn: () => api('PUT /me/declared', { ...(bornOn && !is.bornOn ? { bornOn } : {}), region: region === '' ? null : region }),
    onSuccess: () => {
      toast(t.points.declared.saved, { tone: 'good' })
      return client.invalidateQueries({ queryKey: declaredQuery.queryKey })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const names = new Intl.DisplayNames([locale === 'zh' ? 'zh-CN' : 'en'], { type: 'region' })
  const options = regions
    .map(code => ({ value: code, name: names.of(code) ?? code }))
    .toSorted((a, b) => a.name.localeCompare(b.name, locale === 'zh' ? 'zh-CN' : 'en'))
  const send = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={send} className="grid gap-4 sm:grid-cols-2">
      <Input
        type="date"
        label={t.points.declared.bornOn}
        hint={t.points.declared.bornOnHint}
        value={bornOn}
        min="1900-01-01"
        max={today}
        disabled={is.bornOn !== null}
        onChange={event => setBornOn(event.target.value)}
      />
      <Select
        label={t.points.declared.region}
        value={region}
        onChange={event => setRegion(event.target.value)}
        options={[{ value: '', name: t.points.declared.regionNone }, ...options]}
      />
      <Button type="submit" busy={save.isPending} className="justify-self-start sm:col-span-2">
        {t.points.declared.save}
      </Button>
    </form>
  )
}
