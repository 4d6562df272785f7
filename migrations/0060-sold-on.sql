-- What was sold on, for whoever counts what one person has of a show (shows).
create view tickets.public_resale as select id, show, ticket, seller, state, line from tickets.resale;
