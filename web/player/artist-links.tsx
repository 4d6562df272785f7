import { Link } from '@tanstack/react-router'

/** Names of artists as links, with commas between. */
export const ArtistLinks = ({ artists }: { artists: readonly { id: string; name: string }[] }) => (
  <>
    {artists.map((artist, index) => (
      <span key={artist.id}>
        {index > 0 ? ', ' : ''}
        {artist.id === 'own' ? (
          artist.name
        ) : (
          <Link
            to="/artists/$id"
            params={{ id: artist.id }}
            className="inline-block min-h-6 min-w-6 leading-6 hover:text-ink hover:underline"
          >
            {artist.name}
          </Link>
        )}
      </span>
    ))}
  </>
)
