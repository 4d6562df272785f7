import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, Download, FileSpreadsheet, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Checkbox } from '../ui/field.tsx'
import { fileText } from '../ui/file-text.ts'
import { Figure } from '../ui/money.tsx'
import { faultText, Panel, Progress, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { refreshGoods, type TableAnswer } from './queries.ts'

const example =
  'product,title,option1_name,option1,sku,price,stock,weight_g,tags,state\n' +
  'tour-tee,Tour T-shirt,Size,S,TEE-S,129.00,40,200,"T-shirts, new",open\n' +
  'tour-tee,Tour T-shirt,Size,M,TEE-M,129.00,60,200,,\n' +
  'poster,Poster,,,POSTER,39.00,200,80,Paper,open\n'

/** Products from a table: looked at first, bad lines named, the good ones brought in. */
export function TablePart({ page, onDone }: { page: string; onDone: () => void }) {
  const t = useWords()
  const w = t.dispatch
  const client = useQueryClient()
  const [file, setFile] = useState<{ name: string; text: string } | null>(null)
  const [open, setOpen] = useState(true)
  const look = useMutation({ mutationFn: (table: string) => api('POST /pages/:page/goods/table', { page, table, open: true }) })
  const apply = useMutation({
    mutationFn: () => api('POST /pages/:page/goods/table', { page, table: file!.text, apply: true, open }),
    onSuccess: async () => {
      toast(w.applied, { tone: 'good' })
      await refreshGoods(client)
    },
  })
  const take = async (chosen: File | undefined) => {
    if (!chosen) return
    apply.reset()
    const text = await fileText(chosen).catch(() => null)
    if (text === null || text.trim() === '') return toast(w.fileProblem, { tone: 'bad' })
    setFile({ name: chosen.name, text })
    look.mutate(text)
  }
  const problem = look.error ?? apply.error
  const answer = apply.data ?? look.data
  return (
    <div className="flex flex-col gap-6">
      <Panel title={w.tableTitle} note={w.tableBody}>
        <div className="flex flex-col gap-4">
          <DropZone
            compact
            label={file === null ? w.choose : w.again}
            hint={w.chooseHint}
            accept=".csv,.tsv,.txt,text/csv"
            onFiles={files => void take(files[0])}
          />
          <p className="max-w-[70ch] text-xs text-muted">{w.tableColumns}</p>
          <div className="flex flex-wrap gap-2">
            <a
              href={`data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${example}`)}`}
              download="products.csv"
              className={buttonClass('quiet', 'sm')}
            >
              <FileSpreadsheet size={14} aria-hidden />
              {w.example}
            </a>
            <a href={`/api/v1/pages/${page}/goods.csv`} download className={buttonClass('quiet', 'sm')}>
              <Download size={14} aria-hidden />
              {w.export}
            </a>
          </div>
        </div>
      </Panel>
      {look.isPending ? <Progress label={w.looking} share={null} /> : null}
      {problem ? (
        <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
          {faultText(t, problem)}
        </p>
      ) : null}
      {answer && !look.isPending ? (
        <Found
          answer={answer}
          name={file?.name ?? ''}
          open={open}
          onOpen={setOpen}
          busy={apply.isPending}
          onApply={() => apply.mutate()}
          onDone={onDone}
        />
      ) : null}
    </div>
  )
}

type FoundProps = {
  answer: TableAnswer
  name: string
  open: boolean
  onOpen: (open: boolean) => void
  busy: boolean
  onApply: () => void
  onDone: () => void
}
function Found({ answer, name, open, onOpen, busy, onApply, onDone }: FoundProps) {
  const t = useWords()
  const w = t.dispatch
  const format = useFormat()
  const { products, variants } = answer
  const fresh = variants.new + variants.changed
  const counts = (of: TableAnswer['products']) => w.counts(format.number(of.new), format.number(of.changed), format.number(of.same))
  const nothing = fresh === 0 && products.new + products.changed === 0 && answer.pictures === 0
  return (
    <>
      <Panel title={name}>
        <div className="flex flex-col gap-5">
          <div className="grid grid-cols-3 gap-3">
            <Figure
              label={t.wares.parts.products}
              value={format.number(products.new + products.changed + products.same)}
              note={counts(products)}
            />
            <Figure
              label={t.wares.variant}
              value={format.number(variants.new + variants.changed + variants.same)}
              note={counts(variants)}
            />
            <Figure label={w.wrongName} value={format.number(answer.badCount)} />
          </div>
          {answer.unknown.length > 0 ? (
            <p className="text-sm text-muted [overflow-wrap:anywhere]">{w.unknownColumns(answer.unknown.join(', '))}</p>
          ) : null}
          {answer.pictures > 0 ? <p className="text-sm text-muted">{w.picturesNote(format.number(answer.pictures))}</p> : null}
          {answer.drafts > 0 ? <p className="text-sm text-held">{w.draftsNote(format.number(answer.drafts))}</p> : null}
          {answer.applied ? (
            <div className="flex flex-wrap items-center gap-4" role="status">
              <p className="flex items-center gap-2 font-semibold text-paid">
                <CircleCheck size={18} aria-hidden />
                {w.applied}
              </p>
              <Button onClick={onDone}>{w.toProducts}</Button>
            </div>
          ) : nothing ? (
            <p className="font-medium" role="status">
              {w.nothingNew}
            </p>
          ) : (
            <div className="flex flex-wrap items-center gap-4">
              <Button size="lg" busy={busy} onClick={onApply}>
                {w.apply(format.number(Math.max(fresh, products.changed, answer.pictures)))}
              </Button>
              <Checkbox label={w.openAll} checked={open} onChange={event => onOpen(event.target.checked)} />
            </div>
          )}
        </div>
      </Panel>
      {answer.bad.length > 0 ? (
        <Panel
          title={
            <span className="flex items-center gap-2">
              <TriangleAlert size={18} aria-hidden className="text-held" />
              {w.badLines(format.number(answer.badCount))}
            </span>
          }
        >
          <Table
            label={w.badLines(format.number(answer.badCount))}
            dense
            rows={answer.bad}
            rowKey={row => `${row.line} ${row.column} ${row.code}`}
            columns={[
              {
                key: 'line',
                name: w.line,
                cell: row => <span className="tabular font-semibold">{format.number(row.line)}</span>,
                sort: row => row.line,
              },
              { key: 'column', name: w.column, cell: row => row.column || '—' },
              { key: 'code', name: w.wrongName, cell: row => w.wrong[row.code] },
              { key: 'value', name: w.value, cell: row => <span className="[overflow-wrap:anywhere] text-muted">{row.value || '—'}</span> },
            ]}
          />
        </Panel>
      ) : null}
      {answer.preview.length > 0 && !answer.applied ? (
        <Panel title={w.preview}>
          <Table
            label={w.preview}
            dense
            rows={answer.preview}
            rowKey={row => `${row.title} ${row.variants}`}
            columns={[
              { key: 'title', name: t.wares.name, cell: row => <span className="[overflow-wrap:anywhere]">{row.title}</span> },
              {
                key: 'change',
                name: t.wares.change,
                hideName: true,
                cell: row => <Tag tone={row.change === 'new' ? 'good' : 'plain'}>{w.changes[row.change]}</Tag>,
              },
              { key: 'variants', name: t.wares.variant, align: 'end', wide: true, cell: row => format.number(row.variants) },
              { key: 'from', name: t.wares.price, align: 'end', cell: row => format.money(row.from) },
            ]}
          />
        </Panel>
      ) : null}
    </>
  )
}
