home-lead = Volunteers’ hours, recorded once, decided by people, and reported by territory in the way of the National Human Development Initiative.
home-graphiql = ask the interface, with documentation and examples.
home-schema = everything that can be asked, as text.
home-health = whether the server is ready.
home-sources = Territories and population: Haut-Commissariat au Plan (Morocco), general censuses of 2014 and 2024.
file-gone = This link has ended, or never was: ask for the export again to have a new one.
